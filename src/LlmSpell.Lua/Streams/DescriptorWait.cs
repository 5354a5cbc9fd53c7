using LlmSpell.Lua.Native;

namespace LlmSpell.Lua.Streams;

/// <summary>
/// Waits until a descriptor can be read or written, or until the script has to end. A pipe that becomes readable with the stop ends
/// the wait: there is no poll that watches a token. Thread-safe.
/// </summary>
/// <param name="stop">Gives what is cancelled when the script, or whatever else waits, has to end; each run has another one.</param>
internal sealed unsafe class DescriptorWait(Func<CancellationToken> stop) : IDisposable
{
    // Of what a stopped script wrote before, as much arrives as a slow reader takes in this time.
    private const int LastOutputMilliseconds = 1000;

    private readonly Lock _gate = new();
    private CancellationToken _armedFor;
    private CancellationTokenRegistration _registration;
    private int _wakeReader = -1;
    private int _wakeWriter = -1;
    private bool _isDisposed;
    private bool _lastChanceMissed;

    /// <summary>Returns false if the script has to end first.</summary>
    /// <param name="descriptor">A descriptor that poll takes.</param>
    /// <param name="events"><see cref="Posix.PollIn"/> or <see cref="Posix.PollOut"/>.</param>
    /// <param name="hasLastChance">Whether a stopped script still waits a little, once.</param>
    internal bool For(int descriptor, short events, bool hasLastChance)
    {
        PollEntry* entries = stackalloc PollEntry[2];
        entries[0] = new PollEntry { Descriptor = descriptor, Events = events };
        entries[1] = new PollEntry { Descriptor = WakeDescriptor(), Events = Posix.PollIn };
        Poll(entries, 2, -1);
        if (entries[0].Returned != 0)
        {
            return true;
        }

        if (!hasLastChance || _lastChanceMissed)
        {
            return Poll(entries, 1, 0) > 0;
        }

        _lastChanceMissed = Poll(entries, 1, LastOutputMilliseconds) == 0;
        return !_lastChanceMissed;
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _isDisposed = true;
            Disarm();
        }
    }

    private static int Poll(PollEntry* entries, nuint count, int milliseconds)
    {
        while (true)
        {
            int ready = Posix.Poll(entries, count, milliseconds);
            if (ready >= 0 || System.Runtime.InteropServices.Marshal.GetLastPInvokeError() != Posix.Interrupted)
            {
                return ready;
            }
        }
    }

    /// <summary>The pipe's reading end, which poll ignores if it is -1. Each token, so each stop, has a pipe of its own.</summary>
    private int WakeDescriptor()
    {
        lock (_gate)
        {
            CancellationToken token = stop();
            if (_isDisposed || (_wakeReader >= 0 && _armedFor == token))
            {
                return _wakeReader;
            }

            Disarm();
            if (!token.CanBeCanceled)
            {
                return -1;
            }

            Posix.Pipe(out _wakeReader, out _wakeWriter);
            _armedFor = token;
            _lastChanceMissed = false;
            int writer = _wakeWriter;
            _registration = _armedFor.UnsafeRegister(
                _ =>
                {
                    byte anything = 0;
                    _ = Posix.Write(writer, &anything, 1);
                },
                null);
            return _wakeReader;
        }
    }

    private void Disarm()
    {
        // Waits for a callback that is under way, so that nothing is written to a closed descriptor.
        _registration.Dispose();
        if (_wakeReader >= 0)
        {
            _ = Posix.Close(_wakeReader);
            _ = Posix.Close(_wakeWriter);
            _wakeReader = _wakeWriter = -1;
        }
    }
}
