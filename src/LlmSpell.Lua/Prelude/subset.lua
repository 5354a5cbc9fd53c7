-- For scripts that do not get all of Lua's libraries. What is not named here goes, whoever put it there.
local native, level, sandbox = ...
local error, getmetatable, pairs, pcall, select, type = error, getmetatable, pairs, pcall, select, type
local concat, find, format = table.concat, string.find, string.format
local find_module, load_text = native.find_module, native.load_text

local keep = {}
local function name(list)
  for word in list:gmatch("%S+") do keep[word] = true end
end

name "_G _VERSION State assert error getmetatable ipairs next pairs pcall print"
name "rawequal rawget rawlen rawset select setmetatable tonumber tostring type xpcall"

if level == "basic" then
  name "collectgarbage coroutine debug io load math os package require string table utf8 warn"

  string.dump = nil
  os = { clock = os.clock, date = os.date, difftime = os.difftime, time = os.time }
  debug = { traceback = debug.traceback }

  local stdin = io.stdin
  local stdin_lines = stdin.lines
  io = { read = io.read, write = io.write, stdin = stdin, stdout = io.stdout, stderr = io.stderr }
  function io.lines(file, ...)
    if file ~= nil then error("io.lines reads only standard input here: scripts without the whole io library open no files", 2) end
    return stdin_lines(stdin, ...)
  end

  -- Calls a reader for all its pieces; an error of its own is a result, as in Lua's load.
  local function pieces(reader)
    local all, count = {}, 0
    while true do
      local piece = reader()
      if piece == nil or piece == "" then return concat(all) end
      if type(piece) ~= "string" then error("reader function must return a string", 0) end
      count = count + 1
      all[count] = piece
    end
  end

  function load(chunk, chunk_name, mode, ...)
    local kind = type(chunk)
    if kind == "function" then
      local ok, text = pcall(pieces, chunk)
      if not ok then return nil, text end
      chunk, chunk_name = text, chunk_name or "=(load)"
    elseif kind ~= "string" and kind ~= "number" then
      error(format("bad argument #1 to 'load' (function expected, got %s)", chunk == nil and "no value" or kind), 2)
    end
    if mode ~= nil and not find(mode, "t", 1, true) then
      return nil, format("attempt to load a text chunk (mode is '%s')", mode)
    end
    local problem, loaded, failure = load_text(chunk, chunk_name or chunk, select("#", ...) > 0, ...)
    if problem then error(problem, 2) end
    if loaded then return loaded end
    return nil, failure
  end

  package = { config = package.config, loaded = {}, preload = {} }
  local loaded, preload = package.loaded, package.preload
  for library in ("coroutine debug io math os package string table utf8"):gmatch("%S+") do loaded[library] = _G[library] end
  loaded._G, loaded.State = _G, State

  function require(module)
    local found = loaded[module]
    if found then return found end
    local loader, place = preload[module], ":preload:"
    if loader == nil then
      local problem
      problem, loader, place = find_module(module)
      if problem then error(problem, 2) end
      if not loader then
        error(format("module '%s' not found:\n\tno field package.preload['%s']%s", module, module, place), 2)
      end
    end
    local result = loader(module, place)
    if result ~= nil then loaded[module] = result
    elseif loaded[module] == nil then loaded[module] = true end
    return loaded[module], place
  end
else
  getmetatable("").__index = nil
end

if sandbox then
  getmetatable("").__metatable = false
  if io then getmetatable(io.stdout).__metatable = false end

  local collect = collectgarbage
  local allowed = { collect = true, count = true, isrunning = true, step = true }
  function collectgarbage(option, size)
    if option == nil then option = "collect" end
    if not allowed[option] then
      error(format("bad argument #1 to 'collectgarbage' (option '%s' is not available in the sandbox)", option), 2)
    end
    if option == "step" then return collect("step", size) end
    return collect(option)
  end
end

local gone = {}
for global in pairs(_G) do
  if not keep[global] then gone[global] = true end
end
for global in pairs(gone) do _G[global] = nil end
