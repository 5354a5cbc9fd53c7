-- The message handler of the host's protected calls: reports {message, traceback, value} of whatever was raised, for the host. The value goes on
-- as it is, since __close functions get it.
-- It is Lua code since it runs while an error is under way, when no managed frame may be on the stack.
local is_place_known = ...
local load, getinfo = load, debug.getinfo
local getmetatable, pcall, rawget, tostring, type, traceback = debug.getmetatable, pcall, rawget, tostring, type, debug.traceback

local function text_of(value)
  local kind = type(value)
  if kind == "string" then return value end
  if kind == "number" then return tostring(value) end
  local metatable = getmetatable(value)
  if metatable and rawget(metatable, "__tostring") then
    local ok, text = pcall(tostring, value)
    if ok then return text end
  end
  return "(error object is a " .. kind .. " value)"
end

-- Lua shows this handler what load catches as well: a reader's error, too many nested blocks. That is load's result, not the host's.
-- Only so deep: Lua counts its way to each level, and after a stack overflow there are 200,000.
local function is_loading()
  for level = 3, 250 do
    local frame = getinfo(level, "f")
    if not frame then return false end
    if frame.func == load then return true end
  end
  return false
end

local report = { false, false, false }

return function(value)
  -- A script that is being stopped: the host knows where it was, and a handler that takes its time would be stopped too, and called again.
  if is_place_known() then return nil end
  if is_loading() then return value end
  report[1], report[2], report[3] = text_of(value), traceback(nil, 2), value
  return value
end, report
