-- Backups from end to end: a full backup, an incremental one, the list, a validation,
-- a loss of data, and the restore that brings everything back.
--
--   llmspell run examples/lua/backup/state_backup.lua
--
-- It works on the scopes "agent:example" and "session:example" of the state in the present folder.

local function heading(text)
  print()
  print("== " .. text)
end

-- Every backup call answers with a table; a failure is in it, never half done.
local function must(result)
  if not result.success then
    error(result.error, 2)
  end
  return result
end

heading("1. Some state")
State.clear("agent:example")
State.clear("session:example")
State.save("agent:example", "profile", {
  name = "Ada",
  skills = { "plan", "write", "review" },
  settings = { temperature = 0.7, retries = 3, stream = true },
})
for turn = 1, 20 do
  State.save("session:example", ("turn:%03d"):format(turn), { role = "user", text = "message " .. turn })
end
print("saved " .. #State.list_keys("session:example") .. " turns and a profile")

heading("2. A full backup")
local full = must(State.create_backup(false))
print(("backup %s: %d entries, %d bytes"):format(full.backup_id, full.entry_count, full.size_bytes))
print("incremental: " .. tostring(full.is_incremental))

heading("3. An incremental backup of what changed since")
State.save("session:example", "turn:021", { role = "assistant", text = "an answer" })
State.delete("session:example", "turn:001")
local incremental = must(State.create_backup(true))
print(("backup %s: %d entries, %d bytes"):format(
  incremental.backup_id, incremental.entry_count, incremental.size_bytes))
print("incremental: " .. tostring(incremental.is_incremental))
print("builds on the full backup: " .. tostring(incremental.parent_id == full.backup_id))

heading("4. What backups there are")
for _, backup in ipairs(State.list_backups()) do
  print(("%s  %s  %-11s %6d bytes  parent %s"):format(
    backup.id,
    os.date("!%Y-%m-%d %H:%M:%S UTC", backup.created_at),
    backup.is_incremental and "incremental" or "full",
    backup.size_bytes,
    backup.parent_id or "-"))
end

heading("5. Does it restore? Read it whole, every hash and every record")
local report = State.validate_backup(incremental.backup_id)
print("valid: " .. tostring(report.is_valid))
print("checksums: " .. tostring(report.checksum_valid) .. ", integrity: " .. tostring(report.integrity_valid))
for _, problem in ipairs(report.errors) do
  print("  " .. problem)
end

heading("6. Data is lost")
State.clear("session:example")
State.save("agent:example", "profile", "overwritten by mistake")
print("turns left: " .. #State.list_keys("session:example"))

heading("7. And brought back")
local restored = must(State.restore_backup(incremental.backup_id))
local profile = State.load("agent:example", "profile")
print("turns: " .. #State.list_keys("session:example"))
print("profile: " .. profile.name .. ", " .. table.concat(profile.skills, "/"))
print("turn:001 stays deleted: " .. tostring(not State.exists("session:example", "turn:001")))
print("the state as it was before the restore is in backup " .. restored.safety_backup_id)

heading("8. A backup that is not there")
local missing = State.restore_backup("no-such-backup")
print("success: " .. tostring(missing.success))
print("error: " .. missing.error)

heading("9. What the backups take")
local usage = State.get_storage_usage()
print(("%d backups (%d full, %d incremental), %d bytes"):format(
  usage.total_backups, usage.full_backups, usage.incremental_backups, usage.total_size))
