using System.Text.RegularExpressions;
using LlmSpell.Cli.Tests.Processes;
using LlmSpell.Testing;

namespace LlmSpell.Cli.Tests.Examples;

/// <summary>Runs each script that the README names with the real program, and checks what it prints.</summary>
public sealed class ExampleTests
{
    [Fact]
    public void Every_example_has_a_test()
    {
        string root = Path.Combine(SourceTree.Root, "examples", "lua");
        IEnumerable<string> found = Directory.GetFiles(root, "*.lua", SearchOption.AllDirectories)
            .Select(file => Path.GetRelativePath(root, file))
            .Order(StringComparer.Ordinal);
        Assert.Equal(
            [
                "backup/recovery_scenarios.lua",
                "backup/retention_policy.lua",
                "backup/state_backup.lua",
                "state/basic_persistence.lua",
                "state/job_queue.lua",
                "state/scopes.lua",
            ],
            found);
    }

    [Fact]
    public async Task State_backup_goes_from_a_full_backup_to_the_recovery_of_lost_data()
    {
        using TemporaryFolder folder = new();
        string output = await RunAsync(folder, "backup/state_backup.lua");
        AssertLines(
            output,
            "saved 20 turns and a profile",
            @"backup \d{8}-\d{6}-[0-9a-z]{8}: 21 entries, \d+ bytes",
            "incremental: false",
            @"backup \d{8}-\d{6}-[0-9a-z]{8}: 21 entries, \d+ bytes",
            "incremental: true",
            "builds on the full backup: true",
            @"\S+  \d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC  full +\d+ bytes  parent -",
            @"\S+  \d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC  incremental +\d+ bytes  parent \S+",
            "valid: true",
            "checksums: true, integrity: true",
            "turns left: 0",
            "turns: 20",
            "profile: Ada, plan/write/review",
            "turn:001 stays deleted: true",
            @"the state as it was before the restore is in backup \S+",
            "success: false",
            "error: no backup with id no-such-backup.*",
            @"3 backups \(1 full, 2 incremental\), \d+ bytes");
    }

    [Fact]
    public async Task State_backup_runs_again_where_it_ran_before()
    {
        using TemporaryFolder folder = new();
        for (int run = 0; run < 3; run++)
        {
            Assert.Contains("profile: Ada, plan/write/review", await RunAsync(folder, "backup/state_backup.lua"), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Retention_policy_keeps_ten_and_all_of_them_restore()
    {
        using TemporaryFolder folder = new();
        string output = await RunAsync(folder, "backup/retention_policy.lua");
        AssertLines(
            output,
            "kept after twelve: 10",
            "would delete 0, keep 10, free 0 bytes",
            "deleted 0, kept 10, freed 0 bytes",
            "as planned: true",
            "all valid: true");
    }

    [Fact]
    public async Task Recovery_scenarios_find_the_way_back_from_each_loss()
    {
        using TemporaryFolder folder = new();
        string output = await RunAsync(folder, "backup/recovery_scenarios.lua");
        AssertLines(
            output,
            "before the accident +3 keys, plan = approved",
            "after the accident +0 keys, plan = nil",
            "restored +3 keys, plan = approved",
            "the bad state +3 keys, plan = garbage",
            "restored to Monday +2 keys, plan = draft",
            "undone +3 keys, plan = garbage",
            "incremental: true",
            "valid: true",
            "success: false",
            "untouched +3 keys, plan = final");
    }

    [Fact]
    public async Task Basic_persistence_goes_on_where_the_last_run_ended()
    {
        using TemporaryFolder folder = new();
        string first = await RunAsync(folder, "state/basic_persistence.lua");
        AssertLines(
            first,
            "this is run number 1",
            "theme dark, third language 日本語, an integer key",
            "13 is an integer, 0.5 a float",
            "missing: nil",
            "missing, with a default: nothing yet",
            "deleted: true",
            "deleted again: false",
            @"storing a function: false, .*basic_persistence\.lua:\d+: basic:broken\.handler: a function cannot be stored",
            "stored: false");
        Assert.StartsWith("this is run number 2\n", await RunAsync(folder, "state/basic_persistence.lua"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Scopes_keep_keys_apart()
    {
        using TemporaryFolder folder = new();
        string output = await RunAsync(folder, "state/scopes.lua");
        AssertLines(
            output,
            "planner is thinking",
            "writer is waiting",
            "all keys: note, turn:001, turn:002",
            "turns: turn:001, turn:002",
            "scope agent:planner has 1 keys",
            "scope agent:writer has 1 keys",
            "scope session:scopes-example has 3 keys",
            "cleared 3 keys",
            "keys left: 0");
    }

    [Fact]
    public async Task A_job_queue_gives_each_job_to_one_worker_and_keeps_the_one_that_failed()
    {
        using TemporaryFolder folder = new();
        for (int run = 0; run < 2; run++)
        {
            string output = await RunAsync(folder, "state/job_queue.lua");
            AssertLines(
                output,
                "waiting: 4",
                "000001: read the mail: done",
                "000002: water the plants: done",
                "000003: fail on purpose: this one fails",
                "000004: write a report: done",
                "waiting: 0, done: 3",
                "taken and not done: job:000003, fail on purpose, by worker-1");
        }
    }

    /// <summary>The patterns must match whole lines, in this order; lines between them are free.</summary>
    private static void AssertLines(string output, params string[] patterns)
    {
        int next = 0;
        foreach (string line in output.Split('\n'))
        {
            if (next < patterns.Length && Regex.IsMatch(line, "^" + patterns[next] + "$"))
            {
                next++;
            }
        }

        Assert.True(next == patterns.Length, $"no line matches \"{patterns.ElementAtOrDefault(next)}\" in its place in:\n{output}");
    }

    private static async Task<string> RunAsync(TemporaryFolder folder, string example)
    {
        string script = Path.Combine(SourceTree.Root, "examples", "lua", example);
        (int code, string output, string errors) = await CommandLineProcess.Start(folder.Path, "run", script).EndAsync();
        Assert.Equal((0, ""), (code, errors));
        return output;
    }
}
