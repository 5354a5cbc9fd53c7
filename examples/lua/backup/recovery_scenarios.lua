-- Three ways to lose data, and the way back from each.
--
--   llmspell run examples/lua/backup/recovery_scenarios.lua

local SCOPE = "agent:recovery"

local function must(result)
  if not result.success then
    error(result.error, 2)
  end
  return result
end

local function show(label)
  local keys = State.list_keys(SCOPE)
  print(("%-28s %d keys, plan = %s"):format(label, #keys, tostring(State.load(SCOPE, "plan"))))
end

State.clear(SCOPE)
State.save(SCOPE, "plan", "draft")
State.save(SCOPE, "budget", 1200)
local monday = must(State.create_backup(false)).backup_id
State.save(SCOPE, "plan", "approved")
State.save(SCOPE, "owner", "Grace")
local tuesday = must(State.create_backup(true)).backup_id

print("-- 1. everything was deleted by accident: restore the newest backup")
show("before the accident")
State.clear(SCOPE)
show("after the accident")
must(State.restore_backup(tuesday))
show("restored")

print()
print("-- 2. a bad change went unnoticed: go back to the last backup that was right")
State.save(SCOPE, "plan", "garbage")
show("the bad state")
local back = must(State.restore_backup(monday))
show("restored to Monday")

print()
print("-- 3. the restore itself was the mistake: its safety backup undoes it")
must(State.restore_backup(back.safety_backup_id))
show("undone")

print()
print("-- work goes on after a restore, incrementals too")
State.save(SCOPE, "plan", "final")
local after = must(State.create_backup(true))
print("incremental: " .. tostring(after.is_incremental))
print("valid: " .. tostring(State.validate_backup(after.backup_id).is_valid))

print()
print("-- a restore is all or nothing: an id that is not there changes nothing")
local failed = State.restore_backup("20000101-000000-00000000")
print("success: " .. tostring(failed.success))
show("untouched")
