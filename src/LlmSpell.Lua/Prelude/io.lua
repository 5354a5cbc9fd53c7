-- The library io over files of the host's: nothing of Lua's own is left.
-- A native function returns nil first when all went well, or a message to raise: see Calls/Callback.cs.
local native = ...
local error, select, tostring, type = error, select, tostring, type
local pack, unpack, format, sub = table.pack, table.unpack, string.format, string.sub
local open, popen, tmpfile, kind, close, collect = native.open, native.popen, native.tmpfile, native.kind, native.close, native.collect
local read, write, next_line = native.read, native.write, native.next_line
local seek, flush, set_buffering = native.seek, native.flush, native.set_buffering

-- For tail calls, so that the level is that of the script.
local function results(problem, ...)
  if problem then error(problem, 2) end
  return ...
end

local function finalize(...)
  local problem = collect(...)
  if problem then error(problem, 2) end
end

local methods = {}

function methods.write(file, ...)
  local problem, _, failure, code = write(file, ...)
  if problem then error(problem, 2) end
  if failure then return nil, failure, code end
  return file
end

function methods.read(file, ...) return results(read(file, ...)) end
function methods.flush(file) return results(flush(file)) end
function methods.seek(file, whence, offset) return results(seek(file, whence, offset)) end
function methods.setvbuf(file, mode, size) return results(set_buffering(file, mode, size)) end
function methods.close(...) return results(close(...)) end

-- What an iterator found, for its caller: at the end it closes a file of its own.
local function found(own, problem, value, ...)
  if problem then error(problem, 2) end
  if value then return value, ... end
  local failure = ...
  if failure then error(failure, 2) end
  if own then close(own) end
end

local function lines(file, own, ...)
  local count = select("#", ...)
  if count > 250 then error("bad argument #252 to 'lines' (too many arguments)", 3) end
  if count == 0 then
    return function()
      local problem, line, failure = next_line(file)
      if line then return line end
      return found(own, problem, line, failure)
    end
  end
  local formats = pack(...)
  return function() return found(own, next_line(file, unpack(formats, 1, count))) end
end

local function check_open(file, name)
  local problem, state = kind(file)
  if state == "file" then return end
  if state then problem = "attempt to use a closed file"
  else problem = format("bad argument #1 to '%s' (FILE* expected, got %s)", name, file == nil and "no value" or type(file)) end
  error(problem, 3)
end

function methods.lines(file, ...)
  check_open(file, "lines")
  return (lines(file, nil, ...))
end

native.metatable {
  __name = "FILE*",
  __index = methods,
  __gc = finalize,
  __close = finalize,
  __tostring = function(file)
    local problem, state = kind(file)
    if state == "file" then return format("file (%p)", file) end
    if state then return "file (closed)" end
    error(problem or "bad argument #1 to '__tostring' (FILE* expected)", 2)
  end,
}

local _, stdin, stdout, stderr = native.standard()
local input, output = stdin, stdout

io = { stdin = stdin, stdout = stdout, stderr = stderr }
package.loaded.io = io

-- Lua's own library is not to be found anywhere.
local registry = debug.getregistry()
registry["FILE*"], registry._IO_input, registry._IO_output = nil, nil, nil

function io.open(name, mode)
  local problem, file, failure, code = open(name, mode)
  if problem then error(problem, 2) end
  if file then return file end
  return nil, failure, code
end

function io.popen(command, mode) return results(popen(command, mode)) end
function io.tmpfile() return results(tmpfile()) end
function io.type(...) return results(kind(...)) end

-- Opens a file for a function that cannot go on without it.
local function open_checked(name, mode, level)
  local problem, file, failure = open(name, mode)
  if problem then error(problem, level + 1) end
  if file then return file end
  name = tostring(name)
  error(format("cannot open file '%s' (%s)", name, sub(failure, #name + 3)), level + 1)
end

function io.lines(name, ...)
  if name == nil then
    check_open(input, "lines")
    return (lines(input, nil, ...))
  end
  local file = open_checked(name, "r", 2)
  return lines(file, file, ...), nil, nil, file
end

local function default(file, mode, name)
  local what = type(file)
  if what == "string" or what == "number" then return open_checked(file, mode, 3) end
  check_open(file, name)
  return file
end

function io.input(file)
  if file ~= nil then input = default(file, "r", "input") end
  return input
end

function io.output(file)
  if file ~= nil then output = default(file, "w", "output") end
  return output
end

local function check_default(file, name)
  local _, state = kind(file)
  if state ~= "file" then error(format("default %s file is closed", name), 3) end
end

function io.read(...)
  check_default(input, "input")
  return results(read(input, ...))
end

function io.write(...)
  local problem, _, failure, code = write(output, ...)
  if problem then
    check_default(output, "output")
    error(problem, 2)
  end
  if failure then return nil, failure, code end
  return output
end

function io.flush()
  check_default(output, "output")
  return results(flush(output))
end

function io.close(...)
  if select("#", ...) == 0 then return results(close(output)) end
  return results(close(...))
end
