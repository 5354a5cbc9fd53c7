-- Making, comparing, searching and joining of strings.
local parts = {}
for i = 1, 200000 do parts[i] = "key" .. i .. "=" .. i % 97 end
local text = table.concat(parts, ";")
local sums = {}
for key, value in text:gmatch("(key%d+)=(%d+)") do
  local group = key:sub(-2)
  sums[group] = (sums[group] or 0) + tonumber(value)
end
local total = 0
for _, sum in pairs(sums) do total = total + sum end
local upper = text:gsub("key", "KEY"):upper()
local formatted = 0
for i = 1, 200000 do formatted = formatted + #string.format("%05d %s %.2f", i, "x", i / 7) end
local found, position = 0, 1
while true do
  position = text:find("=96", position, true)
  if not position then break end
  found, position = found + 1, position + 1
end
assert(total == 9599502 and #upper == #text and formatted == 3222235 and found == 2061, total .. " " .. formatted .. " " .. found)
