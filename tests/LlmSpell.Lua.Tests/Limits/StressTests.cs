using System.Globalization;

namespace LlmSpell.Lua.Tests.Limits;

/// <summary>Interrupts at every moment of scripts that make and lose coroutines, call frames and memory as fast as they can.</summary>
public sealed class StressTests
{
    private const int Interrupts = 1500;

    public static TheoryData<string> Busy { get; } =
    [
        // Coroutines of all ages, with frames that come and go.
        """
        local live = {}
        local function deep(n) if n > 0 then return 1 + deep(n - 1) end coroutine.yield() return 0 end
        while true do
          local i = math.random(50)
          live[i] = coroutine.wrap(deep)
          live[i](math.random(200))
          if math.random(3) == 1 then pcall(live[i]) end
        end
        """,
        // Protected calls in coroutines, whose frames hold what C needs to go on.
        """
        while true do
          coroutine.wrap(function()
            for i = 1, 50 do pcall(function() pcall(coroutine.yield) error(i) end) end
          end)()
        end
        """,
        // Allocation of all sizes, and collection.
        """
        local t = {}
        while true do
          local i = math.random(200)
          t[i] = ("x"):rep(math.random(2000)) .. i
          t[-i] = setmetatable({ t[i] }, { __gc = function() t[i] = nil end })
          if i == 1 then collectgarbage() end
        end
        """,
        // Calls of the host.
        """
        while true do
          State.save("global", "key" .. math.random(20), { math.random(), "text" })
          State.load("global", "key" .. math.random(20))
          pcall(print, setmetatable({}, { __tostring = function() return "x" end }))
        end
        """,
    ];

    [Theory]
    [MemberData(nameof(Busy))]
    public void Interrupts_at_any_moment_leave_host_and_store_whole(string code)
    {
        int seed = Environment.TickCount;
        Random random = new(seed);
        using LimitedRun run = new();
        using ManualResetEventSlim started = new();
        bool done = false;
        Thread interrupter = new(() =>
        {
            while (!Volatile.Read(ref done))
            {
                started.Wait();
                Thread.SpinWait(random.Next(20_000));
                run.Host.Interrupt();
            }
        });
        interrupter.Start();
        try
        {
            for (int i = 0; i < Interrupts; i++)
            {
                started.Set();
                LuaScriptException failure = Assert.Throws<LuaScriptException>(
                    () => run.Host.RunString(code, "test"));
                started.Reset();
                Assert.True(failure.Kind == LuaFailureKind.Interrupted, string.Create(
                    CultureInfo.InvariantCulture, $"seed {seed}, interrupt {i}: {failure.Kind}: {failure.Message}\n{failure.Traceback}"));
            }
        }
        finally
        {
            Volatile.Write(ref done, true);
            started.Set();
            interrupter.Join();
        }

        run.CheckUsable();
    }
}
