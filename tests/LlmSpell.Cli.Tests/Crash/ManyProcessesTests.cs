using System.Diagnostics;
using LlmSpell.Backup;
using LlmSpell.Cli.Tests.Processes;
using LlmSpell.State;
using LlmSpell.State.Sqlite;
using LlmSpell.Testing;

namespace LlmSpell.Cli.Tests.Crash;

/// <summary>
/// Several real processes that create, validate, restore and clean up on one state and one repository, all at once: no error but busy,
/// and everything whole at the end.
/// </summary>
public sealed class ManyProcessesTests(ITestOutputHelper output)
{
    // Saves in a transaction of two keys, so that half of one can be told. Counts what it did, for the summary at its end.
    private const string Script =
        """
        local me, seed, rounds, seconds = ...
        rounds, seconds = tonumber(rounds), tonumber(seconds)
        math.randomseed(tonumber(seed))
        local done, busy, gone = {}, 0, 0

        local function allowed(message)
          if message:find("did not end in time", 1, true) or message:find("has been .* for over") then
            busy = busy + 1
          elseif message:find("no backup with id", 1, true) then
            gone = gone + 1  -- another's cleanup was quicker
          else
            error(message, 0)
          end
        end

        local function count(what) done[what] = (done[what] or 0) + 1 end

        local function any_backup()
          local backups = State.list_backups()
          assert(not backups.damaged, backups.damaged and backups.damaged[1])
          return #backups > 0 and backups[math.random(#backups)].id
        end

        local function check(what, result)
          if result.success then count(what) else allowed(result.error) end
          return result
        end

        local start, round = os.time(), 0
        while round < rounds or os.difftime(os.time(), start) < seconds do
          round = round + 1
          local saved, message = pcall(State.transaction, function()
            local text = ("x"):rep(math.random(400)) .. me .. "/" .. round
            State.save("pair:one", "key:" .. me, text)
            State.save("pair:two", "key:" .. me, text)
            State.save("global", "key:" .. math.random(200), text)
          end)
          if saved then count("save") else allowed(message) end
          local dice = math.random(8)
          if dice <= 4 then
            check("create", State.create_backup(dice > 1))
          elseif dice == 5 then
            check("cleanup", State.cleanup_backups())
          else
            local id = any_backup()
            if id and dice == 6 then
              check("restore", State.restore_backup(id))
            elseif id then
              local report = check("validate", State.validate_backup(id))
              if report.success and not report.is_valid then
                allowed(report.errors[1])
              end
            end
          end
        end

        local summary = {}
        for what, times in pairs(done) do summary[#summary + 1] = what .. " " .. times end
        table.sort(summary)
        print(table.concat(summary, ", ") .. ", busy " .. busy .. ", gone " .. gone)
        """;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public Task Three_processes_that_do_everything_at_once_leave_everything_whole() => RunAsync(processes: 3, rounds: 12, seconds: 0);

    /// <summary>Not part of the suite, since it takes three minutes; CONTRIBUTING.md has the command.</summary>
    [Theory(Explicit = true)]
    [InlineData(2)]
    [InlineData(4)]
    [InlineData(8)]
    public Task Many_processes_that_do_everything_for_a_minute_leave_everything_whole(int processes) => RunAsync(processes, rounds: 0, seconds: 60);

    private async Task RunAsync(int processes, int rounds, int seconds)
    {
        int seed = Environment.TickCount;
        output.WriteLine($"seed {seed}");
        using TemporaryFolder folder = new();
        folder.Write("script.lua", Script);
        folder.Write("llmspell.toml", "[runtime.state_persistence.backup]\nmax_backups = 5\n");
        Process[] running =
        [
            .. Enumerable.Range(0, processes)
                .Select(i => CommandLineProcess.Start(folder.Path, "run", "script.lua", $"{i}", $"{seed + i}", $"{rounds}", $"{seconds}")),
        ];
        (int Code, string Output, string Error)[] ended = await Task.WhenAll(running.Select(process => process.EndAsync(TimeSpan.FromSeconds(seconds + 180))));
        foreach ((int code, string done, string error) in ended)
        {
            output.WriteLine(done + error);
            Assert.Equal((0, ""), (code, error));
        }

        await AssertWholeAsync(folder);
    }

    private static async Task AssertWholeAsync(TemporaryFolder folder)
    {
        using StateStore store = new(
            SqliteBackend.Open(new SqliteOptions { Folder = folder[".llmspell"] }), new StateStoreOptions { FlushInterval = TimeSpan.Zero });
        Assert.True(store.Check(Cancel).IsSound);
        AssertNoHalfTransaction(store);

        FolderStorage storage = new(folder["backups"]);
        BackupOptions options = new() { MaxBackups = null, MaxBackupAge = null };
        BackupService service = new(() => store, storage, options);
        await service.CreateAsync(new CreateRequest { Incremental = true }, Cancel);
        BackupListing listing = await service.ListAsync(Cancel);
        Assert.Empty(listing.Damaged);
        Assert.Equal(listing.Backups.Count, listing.Backups.Select(static backup => backup.Manifest.Ordinal).Distinct().Count());
        foreach (BackupSummary backup in listing.Backups)
        {
            Assert.True((await service.ValidateAsync(backup.Id.Value, Cancel)).IsValid);
            using StateStore scratch = new(new MemoryBackend(), new StateStoreOptions { FlushInterval = TimeSpan.Zero });
            await new BackupService(() => scratch, storage, options).RestoreAsync(backup.Id.Value, Cancel);
            AssertNoHalfTransaction(scratch);
        }

        // The create has swept: what is there belongs to a backup.
        HashSet<string> layers = [.. listing.Backups.SelectMany(static backup => backup.Manifest.Layers).Select(static layer => layer.Id.Value)];
        Assert.All(Directory.GetFiles(folder["backups", "layers"]), file => Assert.Contains(Path.GetFileName(file).Split('.')[0], layers));
        Assert.Equal(listing.Backups.Count, Directory.GetFiles(folder["backups", "manifests"]).Length);
    }

    private static void AssertNoHalfTransaction(StateStore store)
    {
        Assert.Equal(store.ListKeys("pair:one"), store.ListKeys("pair:two"));
        foreach (string key in store.ListKeys("pair:one"))
        {
            Assert.Equal(store.Load(("pair:one", key)), store.Load(("pair:two", key)));
        }
    }
}
