using System.Diagnostics;
using System.Globalization;
using LlmSpell.Backup;
using LlmSpell.Cli.Tests.Processes;
using LlmSpell.State;
using LlmSpell.State.RocksDb;
using LlmSpell.State.Sqlite;
using LlmSpell.Testing;

namespace LlmSpell.Cli.Tests.Crash;

/// <summary>
/// Kills the real program with SIGKILL in the middle of its work, again and again on the same files, and looks at what is left.
/// </summary>
public sealed class KillTests(ITestOutputHelper output)
{
    private const int Kills = 12;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("sqlite")]
    [InlineData("rocksdb")]
    public async Task Killed_while_it_saves_and_backs_up_it_loses_nothing_it_acknowledged(string backend)
    {
        const string script =
            """
            local count = State.load("global", "count", 0)
            while true do
              count = count + 1
              State.save("session:kill", "key:" .. count % 300, { count = count, text = ("x"):rep(count % 700) })
              State.save("global", "count", count)
              print("saved " .. count)
              if count % 5 == 0 then
                local backup = State.create_backup(count % 25 ~= 0)
                assert(backup.success, backup.error)
                print("backup " .. backup.backup_id .. " " .. count)
              end
              io.stdout:flush()
            end
            """;
        await RunAsync(backend, script, async (folder, lines) =>
        {
            long acknowledged = lines.Where(line => line.StartsWith("saved ", StringComparison.Ordinal))
                .Select(line => long.Parse(line.Split(' ')[1], CultureInfo.InvariantCulture)).DefaultIfEmpty(0).Max();
            using (StateStore store = Open(backend, folder))
            {
                StateContent.Read(store);
                long count = store.Load(("global", "count"))?.AsInteger() ?? 0;
                Assert.True(count >= acknowledged, $"{acknowledged} was acknowledged, {count} is there");
                if (acknowledged > 0)
                {
                    Assert.NotNull(store.Load(("session:kill", "key:" + (acknowledged % 300))));
                }
            }

            BackupListing listing = await AssertAllBackupsRestoreAsync(folder);
            if (lines.LastOrDefault(line => line.StartsWith("backup ", StringComparison.Ordinal)) is { } last)
            {
                BackupSummary backup = Assert.Single(listing.Backups, backup => backup.Id.Value == last.Split(' ')[1]);
                using StateStore restored = await RestoreAsync(folder, backup);
                Assert.Equal(last.Split(' ')[2], restored.Load(("global", "count"))!.AsInteger().ToString(CultureInfo.InvariantCulture));
            }
        });
    }

    [Theory]
    [InlineData("sqlite")]
    [InlineData("rocksdb")]
    public async Task Killed_while_it_restores_it_has_the_old_state_or_the_new_one_whole(string backend)
    {
        const string script =
            """
            local known = io.open("ids")
            if known then
              known:close()
            else
              for i = 1, 1500 do State.save("session:kill", "key:" .. i, "A") end
              local a = State.create_backup(false).backup_id
              for i = 1, 1500 do State.save("session:kill", "key:" .. i, "B") end
              for i = 1, 700 do State.save("session:kill", "more:" .. i, "B") end
              local b = State.create_backup(true).backup_id
              local ids = assert(io.open("ids.new", "w"))
              ids:write(a, "\n", b, "\n")
              ids:close()
              os.rename("ids.new", "ids")
            end
            while true do
              for line in io.lines("ids") do
                print("restoring")
                io.stdout:flush()
                local restored = State.restore_backup(line)
                assert(restored.success, restored.error)
                print("restored")
                io.stdout:flush()
              end
            end
            """;
        await RunAsync(backend, script, async (folder, lines) =>
        {
            if (!File.Exists(Path.Combine(folder, "ids")) || lines.Count == 0)
            {
                return;
            }

            using (StateStore store = Open(backend, folder))
            {
                StateContent.Read(store);
                int more = store.ListKeys("session:kill", "more:").Count;
                Assert.True(more is 0 or 700, $"{more} keys of the second backup are there");
                string expected = more == 0 ? "A" : "B";
                foreach (string key in store.ListKeys("session:kill", "key:"))
                {
                    Assert.Equal(expected, store.Load(("session:kill", key))!.AsString());
                }

                Assert.Equal(1500, store.ListKeys("session:kill", "key:").Count);
            }

            await AssertAllBackupsRestoreAsync(folder);
        });
    }

    private async Task RunAsync(string backend, string script, Func<string, IReadOnlyList<string>, Task> check)
    {
        int seed = Environment.TickCount;
        output.WriteLine($"seed {seed}");
        Random random = new(seed);
        using TemporaryFolder folder = new();
        await File.WriteAllTextAsync(folder["script.lua"], script, Cancel);
        await File.WriteAllTextAsync(
            folder["llmspell.toml"],
            $"[runtime.state_persistence]\nbackend_type = \"{backend}\"\n\n[runtime.state_persistence.backup]\nmax_backups = 5\n",
            Cancel);
        int progress = 0;
        for (int kill = 0; kill < Kills; kill++)
        {
            List<string> lines = await KillAfterAsync(folder.Path, random);
            progress += lines.Count;
            await check(folder.Path, lines);
        }

        Assert.True(progress > Kills, "the script hardly ever got anywhere before it was killed");
    }

    private static async Task<List<string>> KillAfterAsync(string folder, Random random)
    {
        using Process process = CommandLineProcess.Start(folder, "run", "script.lua");
        Task<string> errors = process.StandardError.ReadToEndAsync(Cancel);
        List<string> lines = [];
        for (int left = random.Next(1, 60); left > 0 && await process.StandardOutput.ReadLineAsync(Cancel) is { } line; left--)
        {
            lines.Add(line);
        }

        // Not a wait for anything: it only moves the kill to another place in the next operation.
        Thread.SpinWait(random.Next(2_000_000));
        Assert.False(process.HasExited, "the script ended by itself: " + (process.HasExited ? await errors : ""));
        process.Kill();
        lines.AddRange((await process.StandardOutput.ReadToEndAsync(Cancel)).Split('\n').SkipLast(1));
        await process.WaitForExitAsync(Cancel);
        return lines;
    }

    private static StateStore Open(string backend, string folder)
    {
        string state = Path.Combine(folder, ".llmspell");
        IStateBackend opened = backend == "rocksdb"
            ? RocksDbBackend.Open(new RocksDbOptions { Folder = state })
            : SqliteBackend.Open(new SqliteOptions { Folder = state });
        return new StateStore(opened, new StateStoreOptions { FlushInterval = TimeSpan.Zero });
    }

    private static BackupService Service(string folder, StateStore store) =>
        new(() => store, new FolderStorage(Path.Combine(folder, "backups")), new BackupOptions { MaxBackups = null, MaxBackupAge = null });

    private static async Task<StateStore> RestoreAsync(string folder, BackupSummary backup)
    {
        StateStore scratch = new(new MemoryBackend(), new StateStoreOptions { FlushInterval = TimeSpan.Zero });
        await Service(folder, scratch).RestoreAsync(backup.Id.Value, Cancel);
        return scratch;
    }

    private static async Task<BackupListing> AssertAllBackupsRestoreAsync(string folder)
    {
        using StateStore unused = new(new MemoryBackend(), new StateStoreOptions { FlushInterval = TimeSpan.Zero });
        BackupService service = Service(folder, unused);
        BackupListing listing = await service.ListAsync(Cancel);
        Assert.Empty(listing.Damaged);
        foreach (BackupSummary backup in listing.Backups)
        {
            ValidationReport report = await service.ValidateAsync(backup.Id.Value, Cancel);
            Assert.True(report.IsValid, string.Join("; ", report.Errors.Select(error => error.Message)));
        }

        return listing;
    }
}
