namespace LlmSpell.Lua.Limits;

/// <summary>
/// Whether the running script has to end, and why. One for each host, reset at each run. Thread-safe: any thread requests, the script's
/// thread looks.
/// </summary>
/// <remarks>Whatever of ours waits for something outside (a read, a child process, a backup) waits with <see cref="Token"/>.</remarks>
internal sealed class ScriptStop : IDisposable
{
    private readonly Lock _gate = new();
    private CancellationTokenSource _source = new();
    private LuaFailureKind? _reason;
    private bool _isRequested;

    /// <summary>Why, or null while the script may go on. The first request stays.</summary>
    internal LuaFailureKind? Reason
    {
        get
        {
            lock (_gate)
            {
                return _reason;
            }
        }
    }

    /// <summary>Whether there is a reason; cheap enough to be asked at the end of each call.</summary>
    internal bool IsRequested => Volatile.Read(ref _isRequested);

    /// <summary>Cancelled when the script has to end.</summary>
    internal CancellationToken Token => _source.Token;

    internal void Request(LuaFailureKind reason)
    {
        lock (_gate)
        {
            if (_reason is not null)
            {
                return;
            }

            _reason = reason;
            Volatile.Write(ref _isRequested, true);
        }

        _source.Cancel();
    }

    /// <summary>Before a run; none is under way.</summary>
    internal void Reset()
    {
        lock (_gate)
        {
            _reason = null;
            _isRequested = false;
        }

        if (_source.IsCancellationRequested)
        {
            _source.Dispose();
            _source = new CancellationTokenSource();
        }
    }

    public void Dispose() => _source.Dispose();
}
