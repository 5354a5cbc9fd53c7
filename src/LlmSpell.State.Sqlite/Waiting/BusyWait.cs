using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using LlmSpell.State.Sqlite.Native;

namespace LlmSpell.State.Sqlite.Waiting;

/// <summary>
/// How one connection waits for a lock that another holds: a commit takes some tens of microseconds, so it looks again soon
/// at first, and every millisecond later. SQLite's own handler sleeps up to 100 ms, and starves under several writers.
/// </summary>
internal sealed class BusyWait : IDisposable
{
    private const int SpinAttempts = 20;
    private const int SpinIterations = 500;

    private readonly TimeProvider _clock;
    private readonly ManualResetEventSlim _never = new();
    private GCHandle _self;
    private long _started;

    internal BusyWait(TimeSpan timeout, TimeProvider clock)
    {
        Timeout = timeout;
        _clock = clock;
    }

    /// <summary>How long to wait; zero: not at all.</summary>
    internal TimeSpan Timeout { get; set; }

    /// <summary>Ends the wait as if the time were over.</summary>
    internal CancellationToken Cancellation { get; set; }

    internal unsafe void Install(nint database)
    {
        _self = GCHandle.Alloc(this);
        _ = SqliteNative.sqlite3_busy_handler(database, &OnBusy, GCHandle.ToIntPtr(_self));
    }

    /// <summary>Only after the connection is closed: SQLite holds a pointer to this.</summary>
    public void Dispose()
    {
        if (_self.IsAllocated)
        {
            _self.Free();
        }

        _never.Dispose();
    }

    // Runs inside a call of SQLite: no exception may leave it. Returns 0 to give up.
    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int OnBusy(nint context, int attempt)
    {
        try
        {
            return GCHandle.FromIntPtr(context).Target is BusyWait wait && wait.Again(attempt) ? 1 : 0;
        }
        catch (Exception)
        {
            return 0;
        }
    }

    private bool Again(int attempt)
    {
        if (attempt == 0)
        {
            _started = _clock.GetTimestamp();
        }

        if (Cancellation.IsCancellationRequested || _clock.GetElapsedTime(_started) >= Timeout)
        {
            return false;
        }

        Pause(attempt);
        return true;
    }

    /// <summary>Waits a little before a call is tried again.</summary>
    /// <param name="attempt">How many attempts have failed before this one.</param>
    internal void Pause(int attempt)
    {
        if (attempt < SpinAttempts && Environment.ProcessorCount > 1)
        {
            Thread.SpinWait(SpinIterations);
            Thread.Yield();
        }
        else
        {
            _never.Wait(millisecondsTimeout: 1);
        }
    }
}
