-- Which backups stay. The rules are in the configuration:
--
--   [runtime.state_persistence.backup]
--   max_backups = 10            -- of this state, safety backups not counted
--   max_backup_age = 2592000    -- seconds: 30 days
--
-- keep_last, keep_daily, keep_weekly … keep backups besides, State.pin_backup a single one: docs/operations.md explains all rules.
--
-- They are applied after each create_backup, and on demand. The newest good backup always stays.
--
--   llmspell run examples/lua/backup/retention_policy.lua

local function must(result)
  if not result.success then
    error(result.error, 2)
  end
  return result
end

print("-- twelve backups, one after the other")
for round = 1, 12 do
  State.save("workflow:nightly", "round", round)
  must(State.create_backup(round > 1))
end

local kept = 0
for _, backup in ipairs(State.list_backups()) do
  if not backup.is_safety then
    kept = kept + 1
  end
end
print("kept after twelve: " .. kept)

print()
print("-- what would a cleanup do now? A dry run says, and does nothing")
local plan = must(State.cleanup_backups(true))
print(("would delete %d, keep %d, free %d bytes"):format(
  plan.deleted_count, plan.retained_count, plan.space_freed))

print()
print("-- the cleanup itself executes that very plan")
local done = must(State.cleanup_backups(false))
print(("deleted %d, kept %d, freed %d bytes"):format(
  done.deleted_count, done.retained_count, done.space_freed))
print("as planned: " .. tostring(done.deleted_count == plan.deleted_count))

print()
print("-- every backup that is left still restores, although the one it was built on may be gone")
local all_valid = true
for _, backup in ipairs(State.list_backups()) do
  all_valid = all_valid and State.validate_backup(backup.id).is_valid
end
print("all valid: " .. tostring(all_valid))
