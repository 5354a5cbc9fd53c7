-- print, over the buffer of standard output.
-- A native function returns nothing when all went well, or first a message to raise: see Calls/Callback.cs.
local native = ...
local error, tostring, type, pack, unpack = error, tostring, type, table.pack, table.unpack
local print_values, converter = native.print, native.converter

local function text_of(value)
  local _, convert = converter(value)
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
