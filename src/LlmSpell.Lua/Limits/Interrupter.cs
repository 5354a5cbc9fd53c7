using LlmSpell.Lua.Memory;

namespace LlmSpell.Lua.Limits;

/// <summary>
/// The thread that stops one run. Every millisecond or so it makes every coroutine raise an error at its next instruction, until the run has
/// ended; while instructions are counted and nothing is to stop, it only sees to it that they are counted everywhere.
/// </summary>
/// <remarks>
/// A coroutine that another makes inherits its hooks, a script may catch the error, and Lua keeps hooks from finalizers and handlers
/// (<see cref="HookPermission"/>): so once is not enough.
/// </remarks>
internal sealed unsafe class Interrupter
{
    private const int CountingPeriod = 5;
    private const int StoppingPeriod = 1;
    private const int RoundsBeforeBursts = 20;
    private const int BurstLength = 10_000;

    // A function of C that takes memory in a loop can be stopped by giving it none.
    private const int RoundsBeforeRefusal = 50;

    private readonly LuaMemory _memory;
    private readonly ScriptStop _stop;
    private readonly ScriptLimits _limits;
    private readonly LuaHostOptions _options;
    private readonly object _gate;
    private bool _hasEnded;

    /// <summary>Starts it; the caller holds the gate, under which each round runs, and which is to be pulsed when there is something to do.</summary>
    internal Interrupter(LuaMemory memory, ScriptStop stop, ScriptLimits limits, LuaHostOptions options, object gate)
    {
        (_memory, _stop, _limits, _options, _gate) = (memory, stop, limits, options, gate);
        new Thread(Run, maxStackSize: 1 << 20) { IsBackground = true, Name = "llmspell limits" }.Start();
    }

    /// <summary>The caller holds the gate. The thread touches nothing of the Lua state any more.</summary>
    internal void End()
    {
        _hasEnded = true;
        Monitor.PulseAll(_gate);
    }

    private void Run()
    {
        long? asked = null;
        bool lastResortTaken = false;
        for (int rounds = 0; ;)
        {
            lock (_gate)
            {
                if (_hasEnded)
                {
                    return;
                }

                if (_stop.Reason is null)
                {
                    _memory.Heap->ForEachCoroutine(&StopHooks.GivePermission);
                    Monitor.Wait(_gate, CountingPeriod);
                    continue;
                }

                asked ??= _options.TimeProvider.GetTimestamp();
                Stop(rounds++);
                Monitor.Wait(_gate, StoppingPeriod);
                if (_hasEnded)
                {
                    return;
                }
            }

            if (!lastResortTaken && _options.TimeProvider.GetElapsedTime(asked.Value) >= _options.GraceTime)
            {
                lastResortTaken = true;
                _options.Unstoppable?.Invoke(_stop.Reason.GetValueOrDefault());
            }
        }
    }

    private void Stop(int round)
    {
        Heap* heap = _memory.Heap;
        _limits.SetHooks();
        if (round >= RoundsBeforeRefusal)
        {
            heap->Raise(HeapFlags.RefuseLargeBlocks);
        }

        // Where hooks are forbidden, a pcall that ends by an error forbids them again: a loop of such calls gets away, as long as each
        // permission comes within one.
        for (int i = 0; round >= RoundsBeforeBursts && i < BurstLength; i++)
        {
            heap->ForEachCoroutine(&StopHooks.GivePermission);
        }
    }
}
