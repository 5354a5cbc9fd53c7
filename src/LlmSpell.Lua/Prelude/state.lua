-- The global State. Each function has a fixed number of parameters, which is faster than "...".
-- A native function returns nothing or nil first when all went well, or first a message to raise: see Calls/Callback.cs.
local native = ...
local error = error
local save, load, delete, exists, clear = native.save, native.load, native.delete, native.exists, native.clear
local list_keys, list_scopes, flush = native.list_keys, native.list_scopes, native.flush
local create_backup, list_backups, restore_backup = native.create_backup, native.list_backups, native.restore_backup
local validate_backup, cleanup_backups, get_storage_usage = native.validate_backup, native.cleanup_backups, native.get_storage_usage

State = {}

-- The exception: a forgotten value must not look like nil, which deletes.
function State.save(...)
  local problem = save(...)
  if problem then error(problem, 2) end
end

function State.load(scope, key, default)
  local problem, value = load(scope, key)
  if problem then error(problem, 2) end
  if value == nil then return default end
  return value
end

function State.delete(scope, key)
  local problem, deleted = delete(scope, key)
  if problem then error(problem, 2) end
  return deleted
end

function State.exists(scope, key)
  local problem, found = exists(scope, key)
  if problem then error(problem, 2) end
  return found
end

function State.clear(scope)
  local problem, count = clear(scope)
  if problem then error(problem, 2) end
  return count
end

function State.list_keys(scope, prefix)
  local problem, keys = list_keys(scope, prefix)
  if problem then error(problem, 2) end
  return keys
end

function State.list_scopes()
  local problem, scopes = list_scopes()
  if problem then error(problem, 2) end
  return scopes
end

function State.flush()
  local problem = flush()
  if problem then error(problem, 2) end
end

function State.create_backup(options)
  local problem, result = create_backup(options)
  if problem then error(problem, 2) end
  return result
end

function State.list_backups()
  local problem, backups = list_backups()
  if problem then error(problem, 2) end
  return backups
end

function State.restore_backup(id)
  local problem, result = restore_backup(id)
  if problem then error(problem, 2) end
  return result
end

function State.validate_backup(id)
  local problem, result = validate_backup(id)
  if problem then error(problem, 2) end
  return result
end

function State.cleanup_backups(dry_run)
  local problem, result = cleanup_backups(dry_run)
  if problem then error(problem, 2) end
  return result
end

function State.get_storage_usage()
  local problem, usage = get_storage_usage()
  if problem then error(problem, 2) end
  return usage
end

-- So that tracebacks name the functions, and require "State" works.
package.loaded.State = State
