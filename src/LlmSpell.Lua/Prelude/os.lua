-- The functions of os that are the host's own. The others, which touch nothing outside the process, are Lua's.
local native = ...
local error, type, format = error, type, string.format
local execute, remove, rename, tmpname, exit, date = native.execute, native.remove, native.rename, native.tmpname, native.exit, native.date

local function results(problem, ...)
  if problem then error(problem, 2) end
  return ...
end

function os.execute(command) return results(execute(command)) end
function os.remove(name) return results(remove(name)) end
function os.rename(from, to) return results(rename(from, to)) end
function os.tmpname() return results(tmpname()) end
function os.exit(code, close) error(exit(code, close), 2) end
function os.date(text, time) return results(date(text, time)) end

local categories = { all = true, collate = true, ctype = true, monetary = true, numeric = true, time = true }

-- The locale belongs to the process, which is not the script's: it stays C's, under each of its names.
function os.setlocale(locale, category)
  if locale ~= nil and type(locale) ~= "string" then
    error(format("bad argument #1 to 'setlocale' (string expected, got %s)", type(locale)), 2)
  end
  if category ~= nil and not categories[category] then
    error(format("bad argument #2 to 'setlocale' (invalid option '%s')", category), 2)
  end
  if locale == nil or locale == "" or locale == "C" or locale == "POSIX" then return "C" end
  return nil
end
