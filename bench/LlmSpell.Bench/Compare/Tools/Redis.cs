using System.Diagnostics;
using System.Globalization;

namespace LlmSpell.Bench;

/// <summary>The same entries in a redis-server, saved by BGSAVE.</summary>
internal sealed class Redis(string folder) : BackupTool("redis BGSAVE", ToolKind.Peer)
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(10);

    private readonly string _folder = Path.Combine(folder, "redis");
    private readonly string _second = Path.Combine(folder, "redis-restored");
    private RedisServer? _server;
    private (long Entries, byte[]? Value) _restored;
    private Entry _probe;

    internal override string Description =>
        "the same keys and values, without times, in a `redis-server` with default compression; BGSAVE until INFO says that it is done; `redis-check-rdb`; "
        + "restore is a new server on the dump until it answers. Memory is its largest process, which holds all the data";

    internal override IEnumerable<string> Versions => ["redis " + Programs.Version("redis-server", "--version").Split(' ')[2].Replace("v=", "", StringComparison.Ordinal)];

    internal override string? Missing => Programs.Missing("redis-server", "redis-check-rdb");

    private RedisServer Server => _server ?? throw new InvalidOperationException("The server was not started.");

    private string Dump => Path.Combine(_folder, "dump.rdb");

    internal override void Load(IEnumerable<Entry> entries)
    {
        Folders.Renew(_folder);
        _server = new RedisServer(_folder);
        Server.Connection.SetMany(entries);
    }

    internal override void Apply(IReadOnlyList<Entry> changed)
    {
        Server.Connection.SetMany(changed);
        _probe = changed[^1];
    }

    internal override void BeginRound() => File.Delete(Dump);

    internal override Cost? Run(Operation operation) => operation switch
    {
        Operation.Verify => ChildProcess.Measure(new Command("redis-check-rdb", Dump)),
        Operation.Restore => Restart(),
        _ => Save(),
    };

    internal override void CheckRestored(Expectation expected) => expected.RequireEntries(Name, _restored.Entries, _restored.Value);

    internal override void EndRound() => Folders.Remove(_second);

    public override void Dispose()
    {
        base.Dispose();
        _server?.Dispose();
    }

    private Cost Save()
    {
        double processor = Server.ProcessorSeconds;
        long peak = 0;
        long started = Stopwatch.GetTimestamp();
        string answer = Server.Connection.CallText("BGSAVE");
        if (answer != "Background saving started")
        {
            throw new ToolException($"redis-server answered \"{answer}\" to BGSAVE.");
        }

        string info;
        do
        {
            Interruption.ThrowIfRequested();
            peak = Math.Max(peak, Server.LargestBytes);
            Thread.Sleep(2);
            info = Server.Connection.CallText("INFO", "persistence");
            if (Stopwatch.GetElapsedTime(started) > Limit)
            {
                throw new ToolException($"BGSAVE was not done after {Limit.TotalMinutes:0} minutes.");
            }
        }
        while (info.Contains("rdb_bgsave_in_progress:1", StringComparison.Ordinal));
        double wall = Stopwatch.GetElapsedTime(started).TotalSeconds;
        if (!info.Contains("rdb_last_bgsave_status:ok", StringComparison.Ordinal))
        {
            throw new ToolException($"BGSAVE failed: {info}");
        }

        return new Cost(wall, Server.ProcessorSeconds - processor, peak, new FileInfo(Dump).Length);
    }

    private Cost Restart()
    {
        Folders.Renew(_second);
        File.Copy(Dump, Path.Combine(_second, "dump.rdb"));
        long started = Stopwatch.GetTimestamp();
        using RedisServer second = new(_second);
        double wall = Stopwatch.GetElapsedTime(started).TotalSeconds;
        Cost cost = new(wall, second.ProcessorSeconds, second.LargestBytes);
        _restored = (long.Parse(second.Connection.CallText("DBSIZE"), CultureInfo.InvariantCulture), second.Connection.Get(_probe));
        return cost;
    }
}
