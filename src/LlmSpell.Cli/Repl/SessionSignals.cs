using System.Runtime.InteropServices;

namespace LlmSpell.Cli.Repl;

/// <summary>
/// Ctrl-C stops what runs, and the session goes on; pressed again before that has stopped, it ends the process at once. Other signals
/// end the session, as does a Ctrl-C while lines are awaited that the terminal itself edits.
/// </summary>
internal sealed class SessionSignals : IDisposable
{
    private readonly LuaInterruption _interruption;
    private readonly Action<bool> _end;
    private readonly bool _ignoresIdle;
    private readonly PosixSignalRegistration[] _signals;
    private readonly Lock _gate = new();
    private bool _isRunning;

    /// <param name="interruption">Stops what runs.</param>
    /// <param name="end">Ends the process; told whether something runs.</param>
    /// <param name="ignoresIdle">Whether a Ctrl-C while nothing runs means nothing, because an editor takes the key.</param>
    public SessionSignals(LuaInterruption interruption, Action<bool> end, bool ignoresIdle)
    {
        _interruption = interruption;
        _end = end;
        _ignoresIdle = ignoresIdle;
        _signals =
        [
            PosixSignalRegistration.Create(PosixSignal.SIGINT, OnInterrupt),
            PosixSignalRegistration.Create(PosixSignal.SIGTERM, OnEnd),
            PosixSignalRegistration.Create(PosixSignal.SIGHUP, OnEnd),
        ];
    }

    /// <summary>Around each input.</summary>
    public void SetRunning(bool isRunning)
    {
        lock (_gate)
        {
            _isRunning = isRunning;
        }
    }

    public void Dispose()
    {
        foreach (PosixSignalRegistration signal in _signals)
        {
            signal.Dispose();
        }
    }

    private void OnInterrupt(PosixSignalContext context)
    {
        lock (_gate)
        {
            if (_isRunning)
            {
                context.Cancel = !_interruption.IsStopping();
                _interruption.Stop();
                return;
            }
        }

        if (_ignoresIdle)
        {
            context.Cancel = true;
        }
        else
        {
            OnEnd(context);
        }
    }

    private void OnEnd(PosixSignalContext context)
    {
        context.Cancel = true;
        _end(_isRunning);
    }
}

/// <summary>How a signal stops what runs.</summary>
/// <param name="Stop">Asks it to stop.</param>
/// <param name="IsStopping">Whether it was asked already.</param>
internal sealed record LuaInterruption(Action Stop, Func<bool> IsStopping);
