using LlmSpell.Backup;
using LlmSpell.Lua.Backups;
using LlmSpell.Lua.Native;
using LlmSpell.State;

namespace LlmSpell.Lua.Tests.Backups;

public sealed class BackupCallTests
{
    private static readonly DateTimeOffset Moment = new(2025, 3, 1, 12, 0, 0, 999, TimeSpan.Zero);

    [Theory]
    [InlineData("create_backup()")]
    [InlineData("create_backup(true)")]
    [InlineData("list_backups()")]
    [InlineData("restore_backup('x')")]
    [InlineData("validate_backup('x')")]
    [InlineData("cleanup_backups(true)")]
    [InlineData("get_storage_usage()")]
    public void Without_backups_every_call_answers_with_the_reason(string call)
    {
        ScriptRun run = new();
        using LuaHost host = new(new LuaHostOptions
        {
            Output = run.Options().Output,
            BackupsOffReason = "backups are off: enabled = false in llmspell.toml",
        });

        host.RunString($"local r = State.{call} print(r.success, r.error, r.is_valid)", "test");

        string valid = call.StartsWith("validate", StringComparison.Ordinal) ? "false" : "nil";
        Assert.Equal($"false\tbackups are off: enabled = false in llmspell.toml\t{valid}\n", run.Output);
    }

    [Theory]
    [InlineData("create_backup('incremental')", "bad argument #1 to 'create_backup' (boolean or table expected, got string)")]
    [InlineData("create_backup({ incrementl = true })", "bad argument #1 to 'create_backup' (unknown option 'incrementl'; there are incremental, description and labels)")]
    [InlineData("create_backup({ true })", "bad argument #1 to 'create_backup' (unknown option 'a number'; there are incremental, description and labels)")]
    [InlineData("create_backup({ incremental = 1 })", "bad argument #1 to 'create_backup' (option 'incremental': boolean expected, got number)")]
    [InlineData("create_backup({ description = {} })", "bad argument #1 to 'create_backup' (option 'description': string expected, got table)")]
    [InlineData("create_backup({ description = '\\xff' })", "bad argument #1 to 'create_backup' (option 'description' is not valid UTF-8)")]
    [InlineData("create_backup({ description = ('x'):rep(4097) })", "bad argument #1 to 'create_backup' (option 'description': at most 4096 characters are allowed, got 4097)")]
    [InlineData("restore_backup()", "bad argument #1 to 'restore_backup' (string expected, got nil)")]
    [InlineData("validate_backup('x', 'restored')", "bad argument #2 to 'validate_backup' (table expected, got string)")]
    [InlineData("validate_backup('x', { depth = 'deep' })", "bad argument #2 to 'validate_backup' (option 'depth': 'present', 'readable' or 'restored' expected, got deep)")]
    [InlineData("validate_backup('x', { deep = true })", "bad argument #2 to 'validate_backup' (unknown option 'deep'; there is depth)")]
    [InlineData("validate_backup({})", "bad argument #1 to 'validate_backup' (string expected, got table; State's functions are called with a dot, not with a colon)")]
    [InlineData("cleanup_backups('x')", "bad argument #1 to 'cleanup_backups' (boolean or table expected, got string)")]
    [InlineData("cleanup_backups({ dry = true })", "bad argument #1 to 'cleanup_backups' (unknown option 'dry'; there are dry_run and trust_clock)")]
    public void Misuse_is_an_error_at_the_callers_line(string call, string message)
    {
        Assert.Equal($"test:2: {message}", ScriptRun.FailureOf("\nState." + call).Message);
    }

    [Fact]
    public void Finalizers_that_change_the_labels_meanwhile_do_no_harm()
    {
        Assert.Equal("true\n", ScriptRun.OutputOf(
            """
            collectgarbage('incremental', 50, 1000, 4)
            local labels, during = nil, 0
            local function litter()
              setmetatable({}, { __gc = function()
                if debug.getinfo(2, 'S').what == 'C' then
                  during = during + 1
                  for name in pairs(labels) do labels[name] = nil end
                  for i = 1, 200 do labels['new' .. i] = i end
                end
                litter()
              end })
            end
            litter()
            for round = 1, 1000 do
              labels = { X = 'not a name: nothing is backed up' }
              for i = 1, 31 do labels['n' .. i] = i + round / 2 end
              pcall(State.create_backup, { labels = labels })
            end
            print(during > 0)
            """));
    }

    [Fact]
    public void A_failure_is_a_table_with_its_text_and_hint()
    {
        Assert.Equal("false\tno backup with id x in here\t`llmspell backup list` shows the backups that are there.\n", Show(
            host => BackupFunctions.PushResult<CreateResult>(
                host.State, host, static (_, _) => throw new BackupNotFoundException("x", "here"), BackupTables.Push),
            "print(r.success, r.error, r.hint)"));
        Assert.Equal("false\tbusy\tnil\n", Show(
            host => BackupFunctions.PushResult<CreateResult>(
                host.State, host, static async (_, _) =>
                {
                    await Task.Yield();
                    throw new StateBusyException("busy");
                }, BackupTables.Push),
            "print(r.success, r.error, r.hint)"));
    }

    [Fact]
    public void A_call_is_cancelled_when_the_script_has_to_end()
    {
        ScriptRun run = new();
        using LuaHost host = new(new LuaHostOptions
        {
            Output = Stream.Null,
            Backups = new BackupService(() => run.Store, new NoStorage()),
        });

        Assert.ThrowsAny<OperationCanceledException>(() => BackupFunctions.PushResult<CreateResult>(
            host.State,
            host,
            async (_, stop) =>
            {
                host.Stop.Request(LuaFailureKind.Interrupted);
                await Task.Delay(Timeout.Infinite, stop);
                throw new InvalidOperationException("It was not cancelled.");
            },
            BackupTables.Push));
    }

    [Fact]
    public void A_validation_that_could_not_be_made_is_not_valid()
    {
        Assert.Equal("false\tfalse\tfalse\tfalse\t1\tgone\n", Show(
            host =>
            {
                BackupTables.PushFailure(host.State, "gone", "look elsewhere");
                BackupTables.CompleteValidation(host.State);
            },
            "print(r.success, r.is_valid, r.checksum_valid, r.integrity_valid, #r.errors, r.errors[1])"));
    }

    [Fact]
    public void A_created_backup_has_its_documented_fields()
    {
        CreateResult result = new(
            Summary("b-2", BackupKind.Incremental, "b-1"),
            new CleanupReport(false, [new RetentionDecision(Summary("b-0"), false, [RetentionRule.MaxBackups], "max_backups")], 10, []),
            ["the sweep was put off"])
        {
            MergedLayers = 9,
        };

        Assert.Equal(
            "true b-2 100 42 b-1 true false 1740830400 integer 2 1 the sweep was put off before the update 1 9 nil",
            Line(host => BackupTables.Push(host.State, result),
                "r.success, r.backup_id, r.size_bytes, r.entry_count, r.parent_id, r.is_incremental, r.is_safety, r.created_at, "
                + "math.type(r.created_at), r.ordinal, #r.warnings, r.warnings[1], r.description, r.deleted_count, r.merged_layers, r.error"));
    }

    [Fact]
    public void A_full_backup_has_no_parent_and_says_why_it_is_full()
    {
        BackupSummary summary = Summary("b-1");
        CreateResult result = new(summary with { Manifest = summary.Manifest with { Reason = "the first backup is always full" } }, null, []);

        Assert.Equal("nil false the first backup is always full 0 nil", Line(
            host => BackupTables.Push(host.State, result), "r.parent_id, r.is_incremental, r.reason, #r.warnings, r.deleted_count"));
    }

    [Fact]
    public void A_listing_is_an_array_and_names_damaged_manifests_beside_it()
    {
        BackupListing listing = new(
            [Summary("b-1"), Summary("b-2", BackupKind.Incremental, "b-1")],
            [new DamagedManifest("manifests/b-3.json", new BackupDamagedException("manifests/b-3.json", "is cut short"))]);

        Assert.Equal("2 b-1 nil b-2 b-1 true 1740830400 100 1 manifests/b-3.json: manifests/b-3.json is cut short", Line(
            host => BackupTables.Push(host.State, listing),
            "#r, r[1].id, r[1].parent_id, r[2].id, r[2].parent_id, r[2].is_incremental, r[2].created_at, r[2].size_bytes, #r.damaged, r.damaged[1]"));
        Assert.Equal("0 nil", Line(host => BackupTables.Push(host.State, new BackupListing([], [])), "#r, r.damaged"));
    }

    [Fact]
    public void A_restore_a_validation_a_cleanup_and_the_usage_have_their_documented_fields()
    {
        Assert.Equal("true b-1 42 7 b-9", Line(
            host => RestoreTables.Push(host.State, new RestoreResult(Summary("b-1"), Summary("b-9"), 7)),
            "r.success, r.backup_id, r.entry_count, r.replaced_entry_count, r.safety_backup_id"));
        ValidationReport report = new(Id("b-1"), ChecksumValid: false, IntegrityValid: true, [new BackupDamagedException("layers/l.index", "is missing")], 0, 5);
        Assert.Equal("true false false true 1 layers/l.index is missing b-1", Line(
            host =>
            {
                BackupTables.Push(host.State, report);
                BackupTables.CompleteValidation(host.State);
            },
            "r.success, r.is_valid, r.checksum_valid, r.integrity_valid, #r.errors, r.errors[1], r.backup_id"));
        CleanupReport cleanup = new(
            true,
            [
                new RetentionDecision(Summary("b-2"), true, [RetentionRule.NewestGood, RetentionRule.KeepDaily], "newest"),
                new RetentionDecision(Summary("b-1"), false, [RetentionRule.MaxBackupAge], "too old"),
            ],
            123,
            ["clock"]);
        Assert.Equal("true true 1 1 123 2 b-1 false too old clock 1740830400 keep_daily max_backup_age", Line(
            host => BackupTables.Push(host.State, cleanup),
            "r.success, r.dry_run, r.deleted_count, r.retained_count, r.space_freed, #r.decisions, r.decisions[2].id, r.decisions[2].keep, "
            + "r.decisions[2].reason, r.notices[1], r.decisions[1].created_at, r.decisions[1].rules[2], r.decisions[2].rules[1]"));
        Assert.Equal("true 3 1 2 4096", Line(
            host => BackupTables.Push(host.State, new StorageUsage(3, 1, 2, 4096)),
            "r.success, r.total_backups, r.full_backups, r.incremental_backups, r.total_size"));
    }

    private static string Line(Action<LuaHost> push, string fields) =>
        Show(push, $"local t = table.pack({fields}) for i = 1, t.n do t[i] = tostring(t[i]) end print(table.concat(t, ' '))").TrimEnd('\n');

    /// <summary>Runs code that sees what was pushed as the global r.</summary>
    private static string Show(Action<LuaHost> push, string code)
    {
        ScriptRun run = new();
        using StateStore store = new(new MemoryBackend());
        using LuaHost host = new(new LuaHostOptions
        {
            Output = run.Options().Output,
            Backups = new BackupService(() => store, new NoStorage()),
        });
        LuaState state = host.State;
        int top = LuaApi.GetTop(state);
        LuaApi.RawGetInteger(state, LuaApi.RegistryIndex, LuaApi.RegistryGlobals);
        int globals = LuaApi.GetTop(state);
        push(host);
        state.Push("r"u8);
        LuaApi.PushValue(state, -2);
        LuaApi.RawSet(state, globals);
        LuaApi.SetTop(state, top);
        host.RunString(code, "test");
        return run.Output;
    }

    private static BackupId Id(string text) => BackupId.TryParse(text, out BackupId id) ? id : throw new ArgumentException(text);

    private static BackupSummary Summary(string name, BackupKind kind = BackupKind.Full, string? parent = null)
    {
        BackupManifest manifest = new()
        {
            Id = Id(name),
            Ordinal = 2,
            Kind = kind,
            Parent = parent is null ? null : Id(parent),
            Store = default,
            Lineage = default,
            Version = default,
            Entries = 42,
            Fingerprint = default,
            CreatedAt = (Moment - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond,
            Duration = 5,
            Description = "before the update",
            Tool = "test",
            Layers = [],
        };
        return new BackupSummary(manifest, 100);
    }

    private sealed class NoStorage : IRepositoryStorage
    {
        public string Location => "nowhere";

        public Task<IRepositoryUpload> BeginPutAsync(string path, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<IRepositoryFile?> OpenAsync(string path, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<IReadOnlyList<RepositoryEntry>> ListAsync(string folder, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task DeleteAsync(IReadOnlyCollection<string> paths, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<bool> MoveAsync(string from, string to, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<IDisposable?> TryLockAsync(RepositoryLock which, bool exclusive, CancellationToken cancellationToken) =>
            throw new NotSupportedException();
    }
}
