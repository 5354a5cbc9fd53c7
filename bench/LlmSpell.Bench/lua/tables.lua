-- Arrays and hash tables that grow, are sorted, walked and emptied; calls through metatables.
local seed = 42
local function random(n)
  seed = (seed * 1103515245 + 12345) & 0x7fffffff
  return seed % n + 1
end

local list = {}
for i = 1, 300000 do list[i] = random(1000000) end
table.sort(list)
for i = 2, #list do assert(list[i - 1] <= list[i]) end

local counts = {}
for i = 1, #list do
  local name = "n" .. list[i] % 5000
  counts[name] = (counts[name] or 0) + 1
end
local total = 0
for _, count in pairs(counts) do total = total + count end

local Stack = {}
Stack.__index = Stack
function Stack.push(stack, value)
  stack.size = stack.size + 1
  stack[stack.size] = value
end
function Stack.pop(stack)
  local value = stack[stack.size]
  stack[stack.size] = nil
  stack.size = stack.size - 1
  return value
end
local stack = setmetatable({ size = 0 }, Stack)
for round = 1, 10 do
  for i = 1, 100000 do stack:push({ round, i }) end
  for _ = 1, 100000 do total = total + stack:pop()[1] end
end
for i = 1, 200000 do
  local t = {}
  table.insert(t, i)
  table.insert(t, { x = i, y = i })
  total = total + #t
end
assert(total == 300000 + 5500000 + 400000, total)
