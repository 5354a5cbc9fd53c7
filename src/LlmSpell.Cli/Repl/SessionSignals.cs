using System.Runtime.InteropServices;

namespace LlmSpell.Cli.Repl;

/// <summary>
/// Ctrl-C stops what runs, and the session goes on. Other signals, and a Ctrl-C while nothing runs, end it. A second Ctrl-C during the
/// same input is not caught: it ends the process at once.
/// </summary>
internal sealed class SessionSignals : IDisposable
{
    private readonly Action _interrupt;
    private readonly Action<bool> _end;
    private readonly PosixSignalRegistration[] _signals;
    private readonly Lock _gate = new();
    private bool _isRunning;
    private bool _isInterrupted;

    /// <param name="interrupt">Stops what runs.</param>
    /// <param name="end">Ends the process; told whether something runs.</param>
    public SessionSignals(Action interrupt, Action<bool> end)
    {
        _interrupt = interrupt;
        _end = end;
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
            _isInterrupted = false;
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
                context.Cancel = !_isInterrupted;
                _isInterrupted = true;
                _interrupt();
                return;
            }
        }

        OnEnd(context);
    }

    private void OnEnd(PosixSignalContext context)
    {
        context.Cancel = true;
        _end(_isRunning);
    }
}
