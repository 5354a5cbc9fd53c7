-- loadfile and dofile, which read files as the host lets them, and load.
local native = ...
local error, pcall, tostring, type, gsub = error, pcall, tostring, type, string.gsub
local read_script, lua_load = native.read_script, load

-- Ends a call of Lua's own load: its errors point at the line that called ours, and name the function called there.
local function finish(ok, ...)
  if ok then return ... end
  error(gsub(..., "^(bad argument #%d+ to )'%?'", "%1'load'"), 2)
end

-- Lua hands what a reader raises to the message handler of the whole script, whose result is for the host.
function load(chunk, ...)
  if type(chunk) == "string" then return lua_load(chunk, ...) end
  return finish(pcall(lua_load, chunk, ...))
end

local function load_script(name, mode, ...)
  local problem, code, failure = read_script(name)
  if problem then error(problem, 3) end
  if not code then return nil, failure end
  return lua_load(code, name == nil and "=stdin" or "@" .. tostring(name), mode, ...)
end

function loadfile(name, mode, ...)
  local chunk, failure = load_script(name, mode, ...)
  if not chunk then return nil, failure end
  return chunk
end

function dofile(name)
  local chunk, failure = load_script(name)
  if not chunk then error(failure, 0) end
  return chunk()
end
