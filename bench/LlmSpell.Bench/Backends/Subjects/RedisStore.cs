namespace LlmSpell.Bench;

/// <summary>A redis-server over TCP on the loopback address, each thread with a connection of its own.</summary>
internal sealed class RedisStore(string folder, bool appendOnly)
    : Subject(appendOnly ? "redis-aof" : "redis", appendOnly ? "redis with AOF" : "redis", ToolKind.Peer, folder)
{
    private RedisServer? _server;
    private double _endedSeconds;

    internal override string Description => appendOnly
        ? "the same with `appendonly yes` and `appendfsync everysec`; flushed each: `appendfsync always`; opening is starting the server until it answers"
        : "`redis-server` over TCP on the loopback address, saving nothing: all is lost when it ends; a transaction is one MSET; memory is the server's";

    internal override IEnumerable<string> Versions => ["redis " + Programs.Version("redis-server", "--version").Split(' ')[2].Replace("v=", "", StringComparison.Ordinal)];

    internal override string? Missing => Programs.Missing("redis-server");

    internal override double ProcessorSeconds => base.ProcessorSeconds + _endedSeconds + (_server?.ProcessorSeconds ?? 0);

    internal override long ResidentBytes => _server?.LargestBytes ?? 0;

    internal override long PeakBytes => ResidentBytes;

    private RedisServer Server => _server ?? throw new InvalidOperationException("The server was not started.");

    // Its keys have no order, and without its file it forgets everything when it ends.
    internal override bool Supports(BackendStep step) =>
        base.Supports(step) && step != BackendStep.Scan && (appendOnly || (!step.IsStrict() && step != BackendStep.Open));

    internal override void Open(bool strict)
    {
        if (_server is null)
        {
            Directory.CreateDirectory(Folder);
            _server = new RedisServer(Folder, overTcp: true, appendOnly);
        }

        if (appendOnly)
        {
            string policy = strict ? "always" : "everysec";
            string answer = Server.Connection.CallText("CONFIG", "SET", "appendfsync", policy);
            if (answer != "OK")
            {
                throw new ToolException($"redis-server answered \"{answer}\" to CONFIG SET appendfsync {policy}.");
            }
        }
    }

    internal override void Close()
    {
        if (appendOnly)
        {
            End();
        }
    }

    internal override ISession Connect() => new RedisSession(Server.Connect());

    protected override void End()
    {
        _endedSeconds += _server?.ProcessorSeconds ?? 0;
        _server?.Dispose();
        _server = null;
    }
}
