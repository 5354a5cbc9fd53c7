-- Scopes keep the keys of agents, sessions, tools and users apart.
--
--   llmspell run examples/lua/state/scopes.lua

State.save("agent:planner", "status", "thinking")
State.save("agent:writer", "status", "waiting")
State.save("session:scopes-example", "turn:001", "hello")
State.save("session:scopes-example", "turn:002", "how are you?")
State.save("session:scopes-example", "note", "a polite person")

-- The same key in two scopes is two entries.
print("planner is " .. State.load("agent:planner", "status"))
print("writer is " .. State.load("agent:writer", "status"))

-- Keys come sorted; a prefix picks a part of them.
print("all keys: " .. table.concat(State.list_keys("session:scopes-example"), ", "))
print("turns: " .. table.concat(State.list_keys("session:scopes-example", "turn:"), ", "))

-- The scopes that have something in them.
for _, scope in ipairs(State.list_scopes()) do
  if scope:find("^agent:") or scope == "session:scopes-example" then
    print("scope " .. scope .. " has " .. #State.list_keys(scope) .. " keys")
  end
end

-- A scope can be emptied at once; it is gone from the list then.
print("cleared " .. State.clear("session:scopes-example") .. " keys")
print("keys left: " .. #State.list_keys("session:scopes-example"))
State.clear("agent:planner")
State.clear("agent:writer")
