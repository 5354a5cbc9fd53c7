-- Allocation and collection of many small tables.
local function tree(depth)
  if depth == 0 then return {} end
  depth = depth - 1
  return { tree(depth), tree(depth) }
end

local function count(node)
  if node[1] then return 1 + count(node[1]) + count(node[2]) end
  return 1
end

local size = 14
local long_lived = tree(size)
local total = 0
for depth = 4, size, 4 do
  local trees = 1 << (size - depth + 4)
  for _ = 1, trees do total = total + count(tree(depth)) end
end
assert(total == 1555392 and count(long_lived) == 32767, total)
