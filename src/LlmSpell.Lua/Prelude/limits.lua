-- Guards, for scripts that have a limit or run in the sandbox, around what a stop could not reach: functions of C that can loop without
-- Lua code or memory, and handlers, in which Lua allows no hooks.
local is_stopping, is_sandbox = ...
local error, select, type, rawget, rawlen, pcall = error, select, type, rawget, rawlen, pcall
local getmetatable, traceback, tointeger, ult = debug.getmetatable, debug.traceback, math.tointeger, math.ult
local gsub, find = string.gsub, string.find
local maxinteger = math.maxinteger
local lua = { xpcall = xpcall, setmetatable = setmetatable, rep = string.rep }
for name, value in pairs(table) do lua[name] = value end

-- Ranges up to this length take C some milliseconds.
local short = 100000

-- What the functions below raise themselves; any other message comes from Lua code that they called, with its own line.
local own = {
  ["invalid order function for sorting"] = true,
  ["array too big"] = true,
  ["resulting string too large"] = true,
  ["cannot change a protected metatable"] = true,
  ["wrong number of arguments to 'insert'"] = true,
}

-- Ends such a call: its own errors point at the line that called ours, and name the function called there.
local function finish(name, ok, ...)
  if ok then return ... end
  local message = ...
  if type(message) == "string" then
    local text, count = gsub(message, "^(bad argument #%d+ to )'%?'", "%1'" .. name .. "'")
    if count > 0 or own[message] or find(message, "^invalid value %([%a ]+%) at index %-?%d+ in table for 'concat'$") then error(text, 2) end
  end
  error(message, 0)
end

-- What a stop raises is not handled; else a handler could start the next loop.
local handlers = lua.setmetatable({}, { __mode = "k" })

local function guarded(handler)
  local guard = handlers[handler]
  if not guard then
    guard = function(message)
      if is_stopping() then return message end
      return handler(message)
    end
    handlers[handler] = guard
  end
  return guard
end

function xpcall(f, handler, ...)
  if handler == traceback then return lua.xpcall(f, handler, ...) end
  if type(handler) ~= "function" then
    error("bad argument #2 to 'xpcall' (function expected, got " .. (handler == nil and "no value" or type(handler)) .. ")", 2)
  end
  return lua.xpcall(f, guarded(handler), ...)
end

if debug and debug.sethook then
  function debug.sethook()
    error("debug.sethook is not available in a script with limits, which need the hook", 2)
  end
end

if is_sandbox then
  -- Finalizers run where no error reaches the script, and when it has ended.
  function setmetatable(value, metatable)
    if type(metatable) == "table" and rawget(metatable, "__gc") ~= nil then
      error("a metatable with __gc is not available in the sandbox", 2)
    end
    if type(value) == "table" and (type(metatable) == "table" or metatable == nil) and not getmetatable(value) then
      return lua.setmetatable(value, metatable)
    end
    return finish("setmetatable", pcall(lua.setmetatable, value, metatable))
  end
end

function string.rep(text, count, separator)
  if text == "" and (separator == nil or separator == "") then count = tointeger(count) and 1 or count end
  return finish("rep", pcall(lua.rep, text, count, separator))
end

-- A length is as long as memory allows, unless a metamethod says so.
local function has_plain_length(list) return type(list) == "table" and not getmetatable(list) end

local function check_length(list, name)
  local metatable = getmetatable(list)
  if type(list) ~= "table" and not (type(metatable) == "table" and metatable.__index and metatable.__newindex and metatable.__len) then
    error("bad argument #1 to '" .. name .. "' (table expected, got " .. type(list) .. ")", 3)
  end
  local length = #list
  return tointeger(length) or error("object length is not an integer", 3)
end

function table.insert(list, ...)
  local count = select("#", ...)
  if has_plain_length(list) then
    if count == 1 then
      list[#list + 1] = (...)
      return
    end
    return finish("insert", pcall(lua.insert, list, ...))
  end
  local length = check_length(list, "insert")
  if count == 1 then
    list[length + 1] = (...)
  elseif count == 2 then
    local position, value = ...
    local place = tointeger(position)
    if not place then error("bad argument #2 to 'insert' (number expected, got " .. type(position) .. ")", 2) end
    if not ult(place - 1, length + 1) then error("bad argument #2 to 'insert' (position out of bounds)", 2) end
    for i = length + 1, place + 1, -1 do list[i] = list[i - 1] end
    list[place] = value
  else
    error("wrong number of arguments to 'insert'", 2)
  end
end

function table.remove(list, ...)
  if has_plain_length(list) then return finish("remove", pcall(lua.remove, list, ...)) end
  local length = check_length(list, "remove")
  local place = length
  if (...) ~= nil then
    place = tointeger((...))
    if not place then error("bad argument #2 to 'remove' (number expected, got " .. type((...)) .. ")", 2) end
    if place ~= length and ult(length, place - 1) then error("bad argument #2 to 'remove' (position out of bounds)", 2) end
  end
  local value = list[place]
  for i = place, length - 1 do list[i] = list[i + 1] end
  list[place < length and length or place] = nil
  return value
end

-- A function of C as __index can give empty strings without end.
function table.concat(...)
  local list, separator, first, last = ...
  local metatable = getmetatable(list)
  local is_readable = metatable and (type(list) == "table" or rawget(metatable, "__index") ~= nil and rawget(metatable, "__len") ~= nil)
  if not is_readable then return finish("concat", pcall(lua.concat, ...)) end
  local length = tointeger(#list) or error("object length is not an integer", 2)
  local values = {}
  local from, to = first == nil and 1 or tointeger(first), last == nil and length or tointeger(last)
  if from and to and (separator == nil or type(separator) == "string" or type(separator) == "number") then
    for i = from, to do
      local value = list[i]
      values[i] = value
      if type(value) ~= "string" and type(value) ~= "number" then break end
    end
    first, last = from, to
  end
  return finish("concat", pcall(lua.concat, values, separator, first, last))
end

function table.move(from, first, last, to, target)
  local a, b, c = tointeger(first), tointeger(last), tointeger(to)
  if not (a and b and c) or b < a or ult(b - a, short) then
    return finish("move", pcall(lua.move, from, first, last, to, target))
  end
  if target == nil then target = from end
  if type(from) ~= "table" or type(target) ~= "table" then return finish("move", pcall(lua.move, from, 1, 0, 1, target)) end
  if not (a > 0 or b < maxinteger + a) then error("bad argument #3 to 'move' (too many elements to move)", 2) end
  if c > maxinteger - (b - a) then error("bad argument #4 to 'move' (destination wrap around)", 2) end
  if c > b or c <= a or target ~= from then
    for i = 0, b - a do target[c + i] = from[a + i] end
  else
    for i = b - a, 0, -1 do target[c + i] = from[a + i] end
  end
  return target
end

local function less(a, b) return a < b end

function table.sort(list, compare)
  local is_short = has_plain_length(list) and rawlen(list) <= short
  if not is_short and (compare == nil or type(compare) == "function") then
    -- A comparison in Lua can be stopped.
    local inner = compare
    compare = inner and function(a, b) return inner(a, b) end or less
  end
  return finish("sort", pcall(lua.sort, list, compare))
end
