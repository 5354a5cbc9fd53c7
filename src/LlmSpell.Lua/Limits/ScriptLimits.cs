using LlmSpell.Lua.Memory;
using LlmSpell.Lua.Native;

namespace LlmSpell.Lua.Limits;

/// <summary>The limits of one host: they begin and end with each run, and stop what runs when one is reached.</summary>
/// <remarks>
/// While nothing is wrong there is a timer if time is limited, a thread if instructions are counted, and otherwise nothing. Thread-safe: the script's
/// thread begins and ends runs, any thread may ask for a stop.
/// </remarks>
internal sealed unsafe class ScriptLimits : IDisposable
{
    /// <summary>How long finalizers may run when the host is closed, if time is limited or a script was stopped.</summary>
    private static readonly TimeSpan ClosingTime = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan LongestTimer = TimeSpan.FromDays(40);

    private readonly LuaHostOptions _options;
    private readonly LuaMemory _memory;
    private readonly ScriptStop _stop;
    private readonly object _gate = new();
    private ITimer? _timer;
    private Interrupter? _interrupter;
    private bool _isRunning;
    private bool _wasStopped;
    private TimeSpan _timeLimit;
    private long _started;
    private LuaState _main;
    private string? _place;

    internal ScriptLimits(LuaHostOptions options, LuaMemory memory, ScriptStop stop)
    {
        _options = options;
        _memory = memory;
        _stop = stop;
        _memory.Heap->CoroutineCharge = options.InstructionLimit is null ? 0 : StopHooks.Step;
    }

    /// <exception cref="ArgumentException">A limit is out of its range.</exception>
    internal static void RefuseNonsense(LuaHostOptions options)
    {
        if (options.TimeLimit <= TimeSpan.Zero)
        {
            throw new ArgumentException("TimeLimit must be longer than nothing.", nameof(options));
        }

        if (options.MemoryLimit < LuaHostOptions.MinMemoryLimit)
        {
            throw new ArgumentException($"MemoryLimit must be at least {LuaHostOptions.MinMemoryLimit} bytes.", nameof(options));
        }

        if (options.InstructionLimit < 1)
        {
            throw new ArgumentException("InstructionLimit must be at least 1.", nameof(options));
        }
    }

    /// <summary>Where the script was when it was stopped, in the form of a traceback; null if it was not, or was in no Lua code.</summary>
    internal string? Place => Volatile.Read(ref _place);

    /// <summary>A run begins.</summary>
    internal void Begin(LuaState main) => Begin(main, _options.TimeLimit, _options.InstructionLimit ?? 0);

    /// <summary>The state is about to be closed, which runs finalizers.</summary>
    internal void BeginClosing(LuaState main)
    {
        bool isLimited = _wasStopped || _options.TimeLimit is not null;
        long instructions = Math.Max(_memory.Heap->Instructions, Math.Min(_options.InstructionLimit ?? 0, 100_000));
        Begin(main, isLimited ? ClosingTime : null, instructions);
    }

    /// <summary>The run is over: nothing may stop what comes after it.</summary>
    internal void End()
    {
        lock (_gate)
        {
            if (!_isRunning)
            {
                return;
            }

            _isRunning = false;
            _interrupter?.End();
            _interrupter = null;
            _timer?.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            if (_stop.Reason is not null)
            {
                _wasStopped = true;
                _memory.Heap->Lower(HeapFlags.RefuseLargeBlocks);
                _memory.Heap->ForEachCoroutine(&StopHooks.Clear);
            }
        }
    }

    /// <summary>Stops the script that is running, if one is.</summary>
    internal void Stop(LuaFailureKind reason)
    {
        lock (_gate)
        {
            if (_isRunning)
            {
                _stop.Request(reason);
                Watch();
                Monitor.PulseAll(_gate);
            }
        }
    }

    /// <summary>
    /// On the script's thread, when a function of ours returns to Lua: if the script has to end, it ends there. The thread that stops it may be
    /// later than the call, which the same request has ended.
    /// </summary>
    internal void StopAfterCall()
    {
        if (!_stop.IsRequested)
        {
            return;
        }

        lock (_gate)
        {
            if (_isRunning)
            {
                SetHooks();
            }
        }
    }

    /// <summary>Makes every coroutine raise an error at its next instruction. The caller holds the gate.</summary>
    internal void SetHooks() => _memory.Heap->ForEachCoroutine(Place is null ? &StopHooks.SetPlaceNoting : &StopHooks.SetRaising);

    /// <summary>In a hook: takes instructions off the limit; false when they are used up.</summary>
    internal bool Spend(int instructions)
    {
        if ((_memory.Heap->Instructions -= instructions) > 0)
        {
            return true;
        }

        Stop(LuaFailureKind.InstructionLimit);
        return false;
    }

    /// <summary>In a hook: the coroutine that runs is about to be stopped.</summary>
    internal void NotePlace(LuaState running)
    {
        if (_place is not null)
        {
            return;
        }

        try
        {
            Volatile.Write(ref _place, StackText.Of(running, _main));
        }
        catch (OutOfMemoryException)
        {
            Volatile.Write(ref _place, "");
        }
    }

    public void Dispose()
    {
        End();
        _timer?.Dispose();
    }

    private void Begin(LuaState main, TimeSpan? time, long instructions)
    {
        lock (_gate)
        {
            _stop.Reset();
            _main = main;
            _place = null;
            _memory.Heap->LimitRefused = _memory.Heap->SystemRefused = false;
            _isRunning = true;
            if (_options.InstructionLimit is not null)
            {
                _memory.Heap->Instructions = instructions;
                _memory.Heap->ForEachCoroutine(&StopHooks.SetCounter);
                Watch();
            }

            if (time is { } limit)
            {
                _timeLimit = limit;
                _started = _options.TimeProvider.GetTimestamp();
                _timer ??= _options.TimeProvider.CreateTimer(
                    static limits => ((ScriptLimits)limits!).TimeIsOver(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
                SetTimer(limit);
            }
        }
    }

    private void SetTimer(TimeSpan time) => _timer!.Change(time < LongestTimer ? time : LongestTimer, Timeout.InfiniteTimeSpan);

    // A timer may fire early by a tick, and late: for a run that has ended meanwhile.
    private void TimeIsOver()
    {
        lock (_gate)
        {
            TimeSpan left = _timeLimit - _options.TimeProvider.GetElapsedTime(_started);
            if (left <= TimeSpan.Zero)
            {
                Stop(LuaFailureKind.TimeLimit);
            }
            else if (_isRunning)
            {
                SetTimer(left + TimeSpan.FromMilliseconds(1));
            }
        }
    }

    private void Watch()
    {
        _interrupter ??= new Interrupter(_memory, _stop, this, _options, _gate);
    }
}
