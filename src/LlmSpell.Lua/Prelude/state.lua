-- The global State. Each function has a fixed number of parameters, which is faster than "...".
-- A native function returns nothing or nil first when all went well, or first a message to raise: see Calls/Callback.cs.
local native = ...
local error, next, pack, setmetatable, type, unpack = error, next, table.pack, setmetatable, type, table.unpack
local create, resume, close, status, running = coroutine.create, coroutine.resume, coroutine.close, coroutine.status, coroutine.running
local pcall, traceback, format, gsub, match = pcall, debug.traceback, string.format, string.gsub, string.match
local save, load, delete, exists, clear = native.save, native.load, native.delete, native.exists, native.clear
local list_keys, list_scopes, flush = native.list_keys, native.list_scopes, native.flush
local increment, compare_and_swap = native.increment, native.compare_and_swap
local save_many, load_many = native.save_many, native.load_many
local count, info, fingerprint, read_page = native.count, native.info, native.fingerprint, native.read_page
local joins, begin, hold, commit = native.joins, native.begin, native.hold, native.commit
local failed, obstruct = native.failed, native.obstruct
local update_load, update_save = native.update_load, native.update_save
local create_backup, list_backups, restore_backup = native.create_backup, native.list_backups, native.restore_backup
local load_from_backup, list_backup_keys = native.load_from_backup, native.list_backup_keys
local pin_backup, unpin_backup = native.pin_backup, native.unpin_backup
local validate_backup, cleanup_backups, get_storage_usage = native.validate_backup, native.cleanup_backups, native.get_storage_usage

State = {}

-- How often this script has changed the state, so that State.each knows when what it has read ahead may be old.
local changes = 0

-- The coroutines inside functions that joined a transaction and outlived it, each with how many such functions; nil if there never were any.
local orphans
local ended = "the transaction that this one was part of has ended meanwhile; nothing of this one was stored after that"

-- What such a function still writes, or a coroutine that it has resumed, would be stored without the rest of it.
local function refuse_orphan()
  for thread in next, orphans do
    local activity = status(thread)
    if activity == "running" or activity == "normal" then error(ended, 3) end
  end
end

-- "..." where a forgotten value must not look like nil, which deletes.
function State.save(...)
  if orphans then refuse_orphan() end
  changes = changes + 1
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
  if orphans then refuse_orphan() end
  changes = changes + 1
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
  if orphans then refuse_orphan() end
  changes = changes + 1
  local problem, cleared = clear(scope)
  if problem then error(problem, 2) end
  return cleared
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

function State.count(scope, prefix)
  local problem, number = count(scope, prefix)
  if problem then error(problem, 2) end
  return number
end

function State.info(scope, key)
  local problem, entry = info(scope, key)
  if problem then error(problem, 2) end
  return entry
end

function State.fingerprint()
  local problem, digits = fingerprint()
  if problem then error(problem, 2) end
  return digits
end

function State.increment(scope, key, by)
  if orphans then refuse_orphan() end
  changes = changes + 1
  local problem, sum = increment(scope, key, by)
  if problem then error(problem, 2) end
  return sum
end

function State.compare_and_swap(...)
  if orphans then refuse_orphan() end
  changes = changes + 1
  local problem, swapped, present = compare_and_swap(...)
  if problem then error(problem, 2) end
  return swapped, present
end

function State.save_many(scope, values)
  if orphans then refuse_orphan() end
  changes = changes + 1
  local problem, saved = save_many(scope, values)
  if problem then error(problem, 2) end
  return saved
end

function State.load_many(scope, keys)
  local problem, values = load_many(scope, keys)
  if problem then error(problem, 2) end
  return values
end

-- Reads ahead by a page, and asks again for what the loop itself may have changed since.
function State.each(scope, prefix)
  local problem, page, entries, is_last = read_page(scope, prefix)
  if problem then error(problem, 2) end
  local position, as_of = 0, changes
  return function()
    while true do
      if position == entries then
        if is_last then return nil end
        as_of = changes
        problem, page, entries, is_last = read_page(scope, prefix, page[2 * entries - 1])
        if problem then error(problem, 2) end
        position = 0
      else
        position = position + 1
        local key, value = page[2 * position - 1], page[2 * position]
        if as_of ~= changes then
          problem, value = load(scope, key)
          if problem then error(problem, 2) end
        end
        if value ~= nil then return key, value end
      end
    end
  end
end

-- A transaction runs the script's function in a coroutine of its own, which the transaction belongs to: a yield then ends up here, whatever
-- the function calls. "work" is what is done inside; it returns a message to raise or nil, then its results.

-- Rolls back what was not committed; see TransactionFunctions.RollBack.
local guard = setmetatable({}, { __close = native.roll_back, __metatable = false })

-- Which transaction is open, and how many functions that joined it are under way, in all and by coroutine: one that yields can outlive what it joined.
local epoch, joined = 0, 0
local weak = { __mode = "k" }
local joiners = setmetatable({}, weak)

local function end_epoch()
  if joined > 0 then
    orphans = orphans or setmetatable({}, weak)
    for thread, functions in next, joiners do orphans[thread] = functions end
    joined, joiners = 0, setmetatable({}, weak)
  end
  epoch = epoch + 1
end

local function one_less(threads, thread)
  local functions = threads[thread]
  threads[thread] = functions > 1 and functions - 1 or nil
end

local function held(...)
  hold()
  return ...
end

local function body(work, fn, scope, key)
  local problem = begin()
  if problem then return problem end
  end_epoch()
  return held(work(fn, scope, key))
end

-- Results are handed on after the commit, which must not fail any more by then: few enough, and tried out before.
local most_results = 200

local function try_out(...) return ... end

local function commit_for(results)
  if results.n > most_results + 1 then
    obstruct()
    return format("the function returned %d values, and a transaction hands on %d at most; it was rolled back", results.n - 1, most_results)
  end
  try_out(unpack(results, 1, results.n))
  if joined > 0 then
    obstruct()
    return "a transaction inside it is not at its end: its coroutine yielded; all was rolled back"
  end
  return (commit())
end

-- A function that ends in a call of State's ("return State.load(...)") is gone when that fails, and its line with it: what counts then, as
-- for every tail call in Lua, is the line that called, here that of State.transaction.
local function placed(result)
  if type(result) ~= "string" then return result end
  local text, is_ours = gsub(result, "^%[llmspell%]:%d+: ", "")
  if is_ours == 0 then return result end
  local _, message = pcall(error, text, 6)
  return message
end

-- The same where the line that called is gone by the time of the error: "place" is what begins a message there.
local function placed_at(place, result)
  if type(result) ~= "string" then return result end
  return (gsub(result, "^%[llmspell%]:%d+: ", function() return place end))
end

-- Returns the level and the value of an error to raise, or nil and the results, or false to run again.
local function outcome(thread, ok, result, ...)
  if ok and status(thread) == "dead" then
    if result == nil then return nil, ... end
    local _, again = failed()
    if again then return false end
    return 2, result
  end
  local trace = traceback(thread)
  if ok then
    local place = match(traceback(thread, nil, 1), "^[^\n]*\n\t([^\n]-:%d+: )in ") or ""
    result = place .. "attempt to yield inside a transaction, which is rolled back"
  end
  local closed, failure = close(thread)
  if not closed then result = placed(failure) end
  local _, again = failed(result, trace)
  if again then return false end
  return 0, result
end

local function transact(work, fn, scope, key)
  while true do
    local thread = create(body)
    local results = pack(outcome(thread, resume(thread, work, fn, scope, key)))
    changes = changes + 1
    if results[1] == nil then
      local problem = commit_for(results)
      end_epoch()
      if not problem then return results end
      local _, again = failed()
      results = again and { false } or { 2, problem, n = 2 }
    end
    end_epoch()
    if results[1] ~= false then return results end
  end
end

-- Inside an open transaction: a function that fails half-way must not be committed by a caller that catches its error.
local function join(work, fn, scope, key)
  local is_done, mine, thread = false, epoch, running()
  local _, place = pcall(error, "", 4)
  local leave = setmetatable({}, { __close = function(_, failure)
    if mine ~= epoch then
      one_less(orphans, thread)
    else
      joined = joined - 1
      one_less(joiners, thread)
      if not is_done then obstruct() end
    end
    local result = placed_at(place, failure)
    if result ~= failure then error(result, 0) end
  end })
  joiners[thread] = (joiners[thread] or 0) + 1
  joined = joined + 1
  local fence <close> = leave
  local results = pack(work(fn, scope, key))
  if mine ~= epoch then return { ended, n = 1 } end
  is_done = results[1] == nil
  return results
end

local function in_transaction(fn)
  return nil, fn()
end

local function kept(scope, key, mine, ...)
  changes = changes + 1
  if mine ~= epoch then return ended end
  local problem = update_save(scope, key, ...)
  if problem then return problem end
  return nil, (...)
end

local function in_update(fn, scope, key)
  local problem, value = update_load(scope, key)
  if problem then return problem end
  return kept(scope, key, epoch, fn(value))
end

local function wrong_function(position, name, value)
  return format("bad argument #%d to '%s' (function expected, got %s)", position, name, type(value))
end

function State.transaction(fn)
  if type(fn) ~= "function" then error(wrong_function(1, "transaction", fn), 2) end
  if orphans then refuse_orphan() end
  local problem, is_inside = joins()
  if problem then error(problem, 2) end
  if is_inside then
    local results = join(in_transaction, fn)
    if results[1] then error(results[1], 2) end
    return unpack(results, 2, results.n)
  end
  local rollback <close> = guard
  local results = transact(in_transaction, fn)
  if results[1] then error(results[2], results[1]) end
  return unpack(results, 2, results.n)
end

function State.update(scope, key, fn)
  if type(fn) ~= "function" then error(wrong_function(3, "update", fn), 2) end
  if orphans then refuse_orphan() end
  local problem, is_inside = joins()
  if problem then error(problem, 2) end
  if is_inside then
    local results = join(in_update, fn, scope, key)
    if results[1] then error(results[1], 2) end
    return results[2]
  end
  local rollback <close> = guard
  local results = transact(in_update, fn, scope, key)
  if results[1] then error(results[2], results[1]) end
  return results[2]
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

function State.restore_backup(id, options)
  if orphans then refuse_orphan() end
  changes = changes + 1
  local problem, result = restore_backup(id, options)
  if problem then error(problem, 2) end
  return result
end

function State.load_from_backup(id, scope, key)
  local problem, value = load_from_backup(id, scope, key)
  if problem then error(problem, 2) end
  return value
end

function State.list_backup_keys(id, scope, prefix)
  local problem, keys = list_backup_keys(id, scope, prefix)
  if problem then error(problem, 2) end
  return keys
end

function State.validate_backup(id, options)
  local problem, result = validate_backup(id, options)
  if problem then error(problem, 2) end
  return result
end

function State.pin_backup(id, reason)
  local problem, result = pin_backup(id, reason)
  if problem then error(problem, 2) end
  return result
end

function State.unpin_backup(id)
  local problem, result = unpin_backup(id)
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
