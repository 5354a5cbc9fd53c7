-- print and the standard streams, over the host's buffers. Other files stay Lua's own.
-- A native function returns nothing when all went well, or first a message to raise: see Calls/Callback.cs.
local native, stdin, stdout, stderr = ...
local error, getmetatable, pcall, select, tostring, type = error, debug.getmetatable, pcall, select, tostring, type
local pack, unpack, gsub, format, sub = table.pack, table.unpack, string.gsub, string.format, string.sub
local read, write, flush, set_buffering = native.read, native.write, native.flush, native.set_buffering
local print_values = native.print

local function text_of(value)
  local metatable = getmetatable(value)
  local convert = type(metatable) == "table" and metatable.__tostring
  if not convert then return tostring(value) end
  local text = convert(value)
  if type(text) ~= "string" and type(text) ~= "number" then error("'__tostring' must return a string", 3) end
  return text
end

function print(...)
  local problem = print_values(...)
  if problem == true then -- Some value is none of those that convert without running Lua code.
    local values = pack(...)
    for i = 1, values.n do values[i] = text_of(values[i]) end
    problem = print_values(unpack(values, 1, values.n))
  end
  if problem then error(problem, 2) end
end

local streams = { [stdin] = true, [stdout] = true, [stderr] = true }

local function results(problem, ...)
  if problem then error(problem, 2) end
  return ...
end

local methods = {}

function methods.write(file, ...)
  local problem, failure, code = write(file, ...)
  if problem then error(problem, 2) end
  if failure then return nil, failure, code end
  return file
end

function methods.read(file, ...) return results(read(file, ...)) end

function methods.lines(file, ...)
  local formats = pack(...)
  if file ~= stdin then error("Bad file descriptor", 2) end
  return function()
    return results(read(file, unpack(formats, 1, formats.n)))
  end
end

function methods.flush(file) return results(flush(file)) end
function methods.setvbuf(file, mode) return results(set_buffering(file, mode)) end
function methods.seek() return nil, "Illegal seek", 29 end
function methods.close() return nil, "cannot close standard file" end

local shared = {
  __name = "FILE*",
  __index = methods,
  __tostring = function(file) return format("file (%p)", file) end,
  __close = function() end,
}
local set_metatable = debug.setmetatable
set_metatable(stdin, shared)
set_metatable(stdout, shared)
set_metatable(stderr, shared)

local lua = {}
for name, value in pairs(io) do lua[name] = value end
local input, output = stdin, stdout

-- Ends a call of one of Lua's own functions: its errors point at the line that called ours, and name the function called there.
local function finish(name, ok, ...)
  if ok then return ... end
  local message = ...
  if type(message) == "string" then message = gsub(message, "^(bad argument #%d+ to )'%?'", "%1'" .. name .. "'") end
  error(message, 2)
end

function io.write(...)
  if not streams[output] then return finish("write", pcall(lua.write, ...)) end
  local problem, failure, code = write(output, ...)
  if problem then error(problem, 2) end
  if failure then return nil, failure, code end
  return output
end

function io.read(...)
  if not streams[input] then return finish("read", pcall(lua.read, ...)) end
  return results(read(input, ...))
end

function io.lines(name, ...)
  if name ~= nil or not streams[input] then return finish("lines", pcall(lua.lines, name, ...)) end
  return methods.lines(input, ...)
end

function io.close(file)
  if file == nil then file = output end
  if streams[file] then return methods.close(file) end
  return finish("close", pcall(lua.close, file))
end

-- Lua's own default files follow, so that its functions find them.
local function select_default(name, mode, argument)
  local kind = type(argument)
  if streams[argument] then return argument end
  if kind ~= "string" and kind ~= "number" then
    local ok, file = pcall(lua[name], argument)
    if not ok then
      error(gsub(file, "^(bad argument #%d+ to )'%?'", "%1'" .. name .. "'"), 3)
    end
    return file
  end
  local path = tostring(argument)
  local file, reason = lua.open(path, mode)
  if not file then error(format("cannot open file '%s' (%s)", path, sub(reason, #path + 3)), 3) end
  lua[name](file)
  return file
end

function io.output(file)
  if file ~= nil then output = select_default("output", "w", file) end
  return output
end

function io.input(file)
  if file ~= nil then input = select_default("input", "r", file) end
  return input
end

function io.flush()
  if streams[output] then return results(flush(output)) end
  return finish("flush", pcall(lua.flush))
end

function io.type(...)
  if streams[(...)] then return "file" end
  return finish("type", pcall(lua.type, ...))
end

io.stdin, io.stdout, io.stderr = stdin, stdout, stderr

-- What the script printed so far comes before what its children print.
local execute = os.execute

function os.execute(command)
  flush(stdout)
  return finish("execute", pcall(execute, command))
end

function io.popen(...)
  flush(stdout)
  return finish("popen", pcall(lua.popen, ...))
end

function os.exit(code, close)
  error(native.exit(code, close), 2)
end
