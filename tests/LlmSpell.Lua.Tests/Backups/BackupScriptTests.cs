using System.Text;
using LlmSpell.Backup;
using LlmSpell.State;
using LlmSpell.State.Sqlite;
using LlmSpell.Testing;

namespace LlmSpell.Lua.Tests.Backups;

/// <summary>Whole scripts over a real store and a real repository.</summary>
public sealed class BackupScriptTests
{
    [Fact]
    public void A_script_labels_and_pins_its_backups_and_sees_why_each_stays()
    {
        using TemporaryFolder folder = new();

        string output = Run(
            folder,
            "memory",
            """
            State.save('global', 'a', 1)
            local first = State.create_backup { labels = { env = 'prod', build = 7 } }
            assert(first.success and first.labels.env == 'prod' and first.labels.build == '7', first.error)
            State.save('global', 'a', 2)
            local second = State.create_backup { incremental = true, description = 'second', labels = {} }
            assert(second.is_incremental and next(second.labels) == nil and second.description == 'second')
            local pin = State.pin_backup(first.backup_id, 'why not')
            assert(pin.success and pin.is_new and pin.backup_id == first.backup_id and math.type(pin.since) == 'integer', pin.error)
            assert(State.pin_backup(first.backup_id).is_new == false)
            local list = State.list_backups()
            print(list[1].is_pinned, list[1].pin_reason, list[2].is_pinned, list[2].pin_reason)
            for _, decision in ipairs(State.cleanup_backups(true).decisions) do
              print(decision.keep, table.concat(decision.rules, ' '), decision.reason)
            end
            local unpinned = State.unpin_backup(first.backup_id)
            print(unpinned.success, unpinned.was_pinned, State.unpin_backup(first.backup_id).was_pinned)
            local unknown = State.pin_backup('no-such-id')
            print(unknown.success, unknown.error:match('^no backup with id no%-such%-id') ~= nil)
            print(pcall(State.pin_backup))
            print(pcall(State.pin_backup, 'id', {}))
            print(pcall(State.create_backup, { labels = 'x' }))
            print(pcall(State.create_backup, { labels = { 'x' } }))
            print(pcall(State.create_backup, { labels = { x = true } }))
            print(pcall(State.create_backup, { labels = { X = '' } }))
            print(pcall(State.create_backup, { lables = {} }))
            """);

        Assert.Equal(
            """
            true	why not	false	nil
            true	newest_good	the newest good backup always stays
            true	pinned	it is pinned: why not
            true	true	false
            false	true
            false	bad argument #1 to 'pin_backup' (string expected, got nil)
            false	bad argument #2 to 'pin_backup' (string expected, got table)
            false	bad argument #1 to 'create_backup' (option 'labels': table expected, got string)
            false	bad argument #1 to 'create_backup' (option 'labels': the names are strings, got a number)
            false	bad argument #1 to 'create_backup' (option 'labels': x: string expected, got boolean)
            false	bad argument #1 to 'create_backup' (option 'labels': the name "X" is not 1 to 64 of the characters a-z, 0-9, dot, underscore and hyphen)
            false	bad argument #1 to 'create_backup' (unknown option 'lables'; there are incremental, description and labels)

            """,
            output);
    }

    [Theory]
    [InlineData("memory")]
    [InlineData("sqlite")]
    public void A_script_looks_into_a_backup_and_restores_a_part_of_it(string backend)
    {
        using TemporaryFolder folder = new();

        string output = Run(
            folder,
            backend,
            """
            State.save('agent:a', 'config.x', { n = 1 })
            State.save('agent:a', 'step', 1)
            State.save('agent:b', 'config.x', 'b')
            State.save('global', 'g', 1)
            local id = State.create_backup().backup_id
            State.save('agent:a', 'config.x', 2)
            State.save('agent:a', 'config.new', 2)
            State.delete('agent:b', 'config.x')
            State.save('global', 'g', 2)

            print(State.load_from_backup(id, 'agent:a', 'config.x').n, State.load_from_backup(id, 'agent:a', 'config.new'))
            print(table.concat(State.list_backup_keys(id, 'agent:a'), ' '), #State.list_backup_keys(id, 'agent:a', 'config'), #State.list_backup_keys(id, 'none'))
            local plan = State.restore_backup(id, { scopes = { 'agent:*' }, keys = { 'config' }, dry_run = true })
            assert(plan.success and plan.dry_run and plan.takes_safety_backup and #State.list_backups() == 1, plan.error)
            print(plan.added, plan.changed, plan.removed, #plan.scopes, plan.scopes[2].scope, plan.scopes[2].added)
            local done = State.restore_backup(id, { scopes = { 'agent:*' }, keys = { 'config' } })
            assert(done.success and not done.dry_run and done.safety_backup_id, done.error)
            print(State.load('agent:a', 'config.x').n, State.load('agent:a', 'config.new'), State.load('agent:b', 'config.x'), State.load('global', 'g'))
            done = State.restore_backup(id, { safety_backup = false })
            assert(done.success and not done.safety_backup_id, done.error)
            print(State.load('global', 'g'))

            for _, misuse in ipairs {
              function() State.restore_backup(id, { scopes = {} }) end,
              function() State.restore_backup(id, { scopes = 'a' }) end,
              function() State.restore_backup(id, { scopes = { 'a*b' } }) end,
              function() State.restore_backup(id, { keys = { 1 } }) end,
              function() State.restore_backup(id, { keys = { 'a', '' } }) end,
              function() State.restore_backup(id, { scope = { 'a' } }) end,
              function() State.restore_backup(id, true) end,
              function() State.load_from_backup('nothing', 'a', 'b') end,
              function() State.load_from_backup(id, 'a') end,
              function() State.list_backup_keys(id) end,
            } do
              local ok, message = pcall(misuse)
              assert(not ok)
              print((message:gsub('^.-:%d+: ', ''):gsub(' in /.*', ''):sub(1, 90)))
            end
            """);

        Assert.Equal(
            """
            1	nil
            config.x step	1	0
            1	1	1	2	agent:b	1
            1	nil	b	2
            1
            bad argument #2 to 'restore_backup' (option 'scopes' is empty; leave it out to restore eve
            bad argument #2 to 'restore_backup' (option 'scopes': table of strings expected, got strin
            bad argument #2 to 'restore_backup' (the scope 'a*b' has a * before its end; a * can only 
            bad argument #2 to 'restore_backup' (option 'keys', element 1: string of UTF-8 expected, g
            bad argument #2 to 'restore_backup' (option 'keys', element 2 is empty; leave the option o
            bad argument #2 to 'restore_backup' (unknown option 'scope'; there are scopes, keys, dry_r
            bad argument #2 to 'restore_backup' (table expected, got boolean)
            no backup with id nothing
            bad argument #3 to 'load_from_backup' (string expected, got nil)
            bad argument #2 to 'list_backup_keys' (string expected, got nil)

            """,
            output);
    }

    [Theory]
    [InlineData("memory")]
    [InlineData("sqlite")]
    public void A_script_backs_up_loses_its_state_and_restores_it(string backend)
    {
        using TemporaryFolder folder = new();

        string output = Run(
            folder,
            backend,
            """
            for i = 1, 50 do State.save('user:1', 'k' .. i, { n = i, text = ('x'):rep(i) }) end
            State.save('global', 'version', 1)
            local full = State.create_backup({ description = 'the first' })
            assert(full.success and not full.is_incremental and full.entry_count == 51 and full.parent_id == nil, full.error)
            State.save('global', 'version', 2)
            State.delete('user:1', 'k50')
            local second = State.create_backup(true)
            assert(second.success and second.is_incremental and second.parent_id == full.backup_id and second.entry_count == 50, second.error)

            local list = State.list_backups()
            assert(#list == 2 and list[1].id == full.backup_id and list[2].id == second.backup_id)
            assert(list[1].description == 'the first' and math.type(list[1].created_at) == 'integer')
            assert(math.abs(list[1].created_at - os.time()) < 100000 and list[1].ordinal == 1 and list[2].ordinal == 2)
            assert(list[1].size_bytes > 0 and list[2].restore_bytes > list[1].restore_bytes)
            for _, backup in ipairs(list) do
              local check = State.validate_backup(backup.id)
              assert(check.is_valid and check.checksum_valid and check.integrity_valid and #check.errors == 0)
            end

            assert(State.clear('user:1') == 49 and State.clear('global') == 1 and #State.list_scopes() == 0)
            local restored = State.restore_backup(second.backup_id)
            assert(restored.success and restored.entry_count == 50, restored.error)
            print(State.load('global', 'version'), State.load('user:1', 'k49').n, State.load('user:1', 'k50'), #State.list_keys('user:1'))
            restored = State.restore_backup(full.backup_id)
            assert(restored.success and restored.safety_backup_id, restored.error)
            print(State.load('global', 'version'), #State.load('user:1', 'k50').text, #State.list_keys('user:1'))

            local usage = State.get_storage_usage()
            assert(usage.total_backups == usage.full_backups + usage.incremental_backups and usage.total_size > 0)
            local plan = State.cleanup_backups(true)
            assert(plan.success and plan.dry_run and plan.deleted_count + plan.retained_count == #plan.decisions, plan.error)
            local done = State.cleanup_backups()
            assert(done.success and done.deleted_count == plan.deleted_count and done.space_freed == plan.space_freed, done.error)
            """);

        Assert.Equal("2\t49\tnil\t49\n1\t50\t50\n", output);
    }

    [Fact]
    public void An_unknown_id_is_a_table_that_says_so()
    {
        using TemporaryFolder folder = new();

        string output = Run(
            folder,
            "memory",
            """
            State.save('global', 'k', 1)
            for _, id in ipairs { 'no-such-backup', '../../etc/passwd', '' } do
              local r = State.restore_backup(id)
              assert(r.success == false and r.error:find('no backup with id', 1, true), r.error)
              local v = State.validate_backup(id)
              assert(v.is_valid == false and v.errors[1]:find('no backup with id', 1, true), v.error)
            end
            print(#State.list_backups(), State.get_storage_usage().total_backups, State.load('global', 'k'))
            """);

        Assert.Equal("0\t0\t1\n", output);
    }

    [Fact]
    public void A_damaged_backup_is_found_and_its_restore_leaves_the_state()
    {
        using TemporaryFolder folder = new();
        string id = Run(folder, "sqlite", "State.save('global', 'k', ('data'):rep(100)) print(State.create_backup().backup_id)").TrimEnd('\n');
        string layer = Assert.Single(Directory.GetFiles(folder["backups", "layers"], "*.zst"));
        byte[] bytes = File.ReadAllBytes(layer);
        bytes[bytes.Length / 2] ^= 1;
        File.WriteAllBytes(layer, bytes);

        string output = Run(
            folder,
            "sqlite",
            $"""
            State.save('global', 'k', 'present')
            local v = State.validate_backup('{id}')
            assert(v.success and not v.is_valid and not v.checksum_valid and v.errors[1]:find('layers/', 1, true))
            local r = State.restore_backup('{id}')
            assert(not r.success and r.error:find('layers/', 1, true), r.error)
            print(State.load('global', 'k'))
            """);

        Assert.Equal("present\n", output);
    }

    private static string Run(TemporaryFolder folder, string backend, string code)
    {
        using StateStore store = new(backend == "memory"
            ? new MemoryBackend()
            : SqliteBackend.Open(new SqliteOptions { Folder = folder["state"] }));
        using MemoryStream output = new();
        using LuaHost host = new(new LuaHostOptions
        {
            Output = output,
            Store = () => store,
            Backups = new BackupService(() => store, new FolderStorage(folder["backups"])),
        });
        host.RunString(code, "test");
        return Encoding.UTF8.GetString(output.ToArray());
    }
}
