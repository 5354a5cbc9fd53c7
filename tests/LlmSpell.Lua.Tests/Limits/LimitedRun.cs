using System.Text;
using LlmSpell.State;
using LlmSpell.Testing.Backends;

namespace LlmSpell.Lua.Tests.Limits;

/// <summary>Runs a script that a limit is to stop, and makes sure that host and store are as good as before.</summary>
internal sealed class LimitedRun : IDisposable
{
    /// <summary>Long enough for a script to get into its stride.</summary>
    internal static readonly TimeSpan Short = TimeSpan.FromMilliseconds(40);

    /// <summary>Some scripts end only after they were told a few hundred times, which takes its time where many tests run at once.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly MemoryStream _output = new();
    private readonly MemoryBackend _backend = new();
    private readonly StateStore _store;
    private readonly LuaHost _host;
    private readonly HaltableClock _clock = new();

    internal LimitedRun(
        TimeSpan? time = null, long? memory = null, long? instructions = null, bool sandbox = false, TimeProvider? clock = null)
    {
        _store = new StateStore(_backend);
        _host = new LuaHost(new LuaHostOptions
        {
            Output = _output,
            Error = Stream.Null,
            Input = Stream.Null,
            Store = () => _store,
            TimeLimit = time,
            MemoryLimit = memory,
            InstructionLimit = instructions,
            Sandbox = sandbox,
            TimeProvider = clock ?? _clock,
            GraceTime = Patience,
            Unstoppable = kind => Unstoppable = kind,
        });
    }

    internal LuaHost Host => _host;

    internal StateStore Store => _store;

    internal string Output => Encoding.UTF8.GetString(_output.ToArray());

    /// <summary>Set once the last resort was taken.</summary>
    internal LuaFailureKind? Unstoppable { get; private set; }

    /// <summary>Runs a script that has to be stopped.</summary>
    internal LuaScriptException Stop(string code, LuaFailureKind kind)
    {
        LuaScriptException failure = Assert.Throws<LuaScriptException>(() => _host.RunString(code, "test"));
        Assert.True(kind == failure.Kind, $"expected {kind}, but it was {failure.Kind}: {failure.Message}\n{failure.Traceback}");
        Assert.Null(Unstoppable);
        CheckUsable();
        return failure;
    }

    /// <summary>The store answers, what it says of itself adds up, and the host runs another script, with no hook left behind.</summary>
    internal void CheckUsable()
    {
        _output.SetLength(0);
        using HaltableClock.Halt halt = _clock.Stop();
        _host.RunString(
            """
            State.save("global", "after", { alive = true })
            local co = coroutine.wrap(function() for i = 1, 1000 do coroutine.yield(i) end end)
            local sum = 0
            for i = 1, 1000 do sum = sum + co() end
            if resumed then for i = 1, #resumed do pcall(coroutine.resume, resumed[i]) end resumed = nil end
            collectgarbage()
            print(State.load("global", "after").alive, sum)
            """,
            "after");
        Assert.Equal("true\t500500\n", Output);
        StoreContent.Check(_backend);
    }

    public void Dispose()
    {
        _host.Dispose();
        _store.Dispose();
    }

    /// <summary>The time, which can be stopped: what must end by itself may take as long as a busy machine needs.</summary>
    private sealed class HaltableClock : TimeProvider
    {
        // 0: it goes on. Timers look at it from their threads.
        private long _stoppedAt;

        public override long GetTimestamp() => Volatile.Read(ref _stoppedAt) is not 0 and long moment ? moment : base.GetTimestamp();

        internal Halt Stop()
        {
            Volatile.Write(ref _stoppedAt, base.GetTimestamp());
            return new Halt(this);
        }

        internal readonly struct Halt(HaltableClock clock) : IDisposable
        {
            public void Dispose() => Volatile.Write(ref clock._stoppedAt, 0);
        }
    }
}
