-- loadfile and dofile, which read files as the host lets them; load stays Lua's.
local native = ...
local error, load, tostring = error, load, tostring
local read_script = native.read_script

local function load_script(name, mode, ...)
  local problem, code, failure = read_script(name)
  if problem then error(problem, 3) end
  if not code then return nil, failure end
  return load(code, name == nil and "=stdin" or "@" .. tostring(name), mode, ...)
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
