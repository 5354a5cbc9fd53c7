-- Values that outlive the script. Run it twice: the second run goes on where the first ended.
--
--   llmspell run examples/lua/state/basic_persistence.lua

local runs = State.load("global", "basic:runs", 0) + 1
State.save("global", "basic:runs", runs)
print("this is run number " .. runs)

-- Any Lua value but functions, userdata and threads; nothing is lost on the way.
State.save("global", "basic:settings", {
  theme = "dark",
  font_size = 13,
  ratio = 0.5,
  languages = { "en", "de", "日本語" },
  [42] = "an integer key",
})
local settings = State.load("global", "basic:settings")
print("theme " .. settings.theme .. ", third language " .. settings.languages[3] .. ", " .. settings[42])
print("13 is an " .. math.type(settings.font_size) .. ", 0.5 a " .. math.type(settings.ratio))

-- What is not there: nil, or the default you give.
print("missing: " .. tostring(State.load("global", "basic:missing")))
print("missing, with a default: " .. State.load("global", "basic:missing", "nothing yet"))

-- Deleting says whether there was something to delete.
State.save("global", "basic:scratch", true)
print("deleted: " .. tostring(State.delete("global", "basic:scratch")))
print("deleted again: " .. tostring(State.delete("global", "basic:scratch")))

-- What cannot be stored is refused before anything is written.
local ok, problem = pcall(function()
  State.save("global", "basic:broken", { handler = print })
end)
print("storing a function: " .. tostring(ok) .. ", " .. tostring(problem))
print("stored: " .. tostring(State.exists("global", "basic:broken")))
