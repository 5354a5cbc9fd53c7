using LlmSpell.State;
using Microsoft.Extensions.Time.Testing;

namespace LlmSpell.Lua.Tests.Limits;

public sealed class StopTests
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    [Fact]
    public void The_traceback_shows_where_the_script_was()
    {
        using LimitedRun run = new(time: LimitedRun.Short);

        LuaScriptException failure = run.Stop(
            """
            local function inner()
              while true do end
            end
            function outer()
              inner()
              return 1
            end
            outer()
            """,
            LuaFailureKind.TimeLimit);

        Assert.Equal(
            "stack traceback:\n\ttest:2: in upvalue 'inner'\n\ttest:5: in function 'outer'\n\ttest:8: in main chunk", failure.Traceback);
    }

    [Fact]
    public void The_traceback_shows_the_coroutine_and_what_resumed_it()
    {
        using LimitedRun run = new(instructions: 100_000);

        LuaScriptException failure = run.Stop(
            """
            local spin = coroutine.wrap(function()
              while true do end
            end)
            pcall(spin)
            """,
            LuaFailureKind.InstructionLimit);

        Assert.Equal(
            "stack traceback:\n\ttest:2: in function <test:1>\n\t[C]: in function <[C]:-1>\n\t[C]: in function 'pcall'\n\ttest:4: in main chunk"
                .Replace("function <[C]:-1>", "?", StringComparison.Ordinal),
            failure.Traceback);
    }

    [Fact]
    public void The_traceback_of_a_deep_stack_is_short()
    {
        using LimitedRun run = new(instructions: 10_000_000);

        LuaScriptException failure = run.Stop(
            "local function f(n) if n > 0 then return 1 + f(n - 1) end while true do end end f(50000)", LuaFailureKind.InstructionLimit);

        Assert.Contains("\n\t...\t(skipping 49981 levels)\n", failure.Traceback, StringComparison.Ordinal);
        Assert.Equal(1 + 10 + 1 + 11, failure.Traceback!.Split('\n').Length);
        Assert.EndsWith("in main chunk", failure.Traceback, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_limit_goes_by_the_given_clock()
    {
        FakeTimeProvider clock = new();
        using LimitedRun run = new(time: TimeSpan.FromMinutes(10), clock: clock);
        Task<LuaScriptException> stopped = Task.Run(
            () => Assert.Throws<LuaScriptException>(() => run.Host.RunString("State.save('global', 'started', true) while true do end", "test")));
        await Started(run);

        clock.Advance(TimeSpan.FromMinutes(9));
        Assert.False(stopped.IsCompleted);
        clock.Advance(TimeSpan.FromMinutes(1));

        LuaScriptException failure = await stopped.WaitAsync(Deadline, TestContext.Current.CancellationToken);
        Assert.Equal(LuaFailureKind.TimeLimit, failure.Kind);
        Assert.Equal("the script ran for longer than its limit of 600 s", failure.Message);
    }

    [Fact]
    public void Each_run_has_all_of_the_time()
    {
        FakeTimeProvider clock = new();
        using LimitedRun run = new(time: TimeSpan.FromMinutes(10), clock: clock);

        for (int i = 0; i < 3; i++)
        {
            run.CheckUsable();
            clock.Advance(TimeSpan.FromMinutes(9));
        }
    }

    [Fact]
    public void Each_run_has_all_of_the_instructions()
    {
        using LimitedRun run = new(instructions: 1_000_000);

        for (int i = 0; i < 20; i++)
        {
            run.Host.RunString("for i = 1, 200000 do end", "test");
        }
    }

    [Fact]
    public void Instructions_are_counted_in_all_coroutines_together()
    {
        using LimitedRun run = new(instructions: 1_000_000);

        run.Stop(
            "for i = 1, 30 do local co = coroutine.create(function() for i = 1, 100000 do end end) coroutine.resume(co) end",
            LuaFailureKind.InstructionLimit);
    }

    [Fact]
    public void An_interrupt_while_nothing_runs_is_forgotten()
    {
        using LimitedRun run = new();

        run.Host.Interrupt();

        run.CheckUsable();
    }

    [Theory]
    [InlineData("State.save('global', 'key', 1)")]
    [InlineData("pcall(State.delete, 'global', 'key')")]
    [InlineData("State.increment('global', 'key')")]
    [InlineData("State.save_many('global', { key = 1 })")]
    [InlineData("State.transaction(function() error('begun') end)")]
    [InlineData("coroutine.wrap(function() State.transaction(function() end) end)()")]
    public async Task An_interrupt_ends_the_wait_for_another_writer(string call)
    {
        using StateStore store = new(new MemoryBackend());
        using LuaHost host = new(new LuaHostOptions { Store = () => store });
        using (StateTransaction other = store.BeginTransaction())
        {
            Thread? waiting = null;
            Task<LuaScriptException> stopped = Task.Factory.StartNew(
                () =>
                {
                    Volatile.Write(ref waiting, Thread.CurrentThread);
                    return Assert.Throws<LuaScriptException>(() => host.RunString($"{call} State.save('global', 'after', true)", "test"));
                },
                CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
            await Until(() => stopped.IsCompleted || Volatile.Read(ref waiting)?.ThreadState.HasFlag(ThreadState.WaitSleepJoin) == true);

            host.Interrupt();

            LuaScriptException failure = await stopped.WaitAsync(Deadline, TestContext.Current.CancellationToken);
            Assert.Equal((LuaFailureKind.Interrupted, "the script was interrupted"), (failure.Kind, failure.Message));
            other.Save(("global", "other"), 1);
            other.Commit();
        }

        host.RunString("State.save('global', 'usable', true)", "test");
        Assert.Equal(["other", "usable"], store.ListKeys("global"));
    }

    [Fact]
    public async Task What_cannot_be_stopped_is_left_to_the_last_resort()
    {
        FakeTimeProvider clock = new();
        using LimitedRun run = new(clock: clock);
        Task<LuaScriptException> stopped = Task.Run(() => Assert.Throws<LuaScriptException>(
            () => run.Host.RunString("State.save('global', 'started', true) table.move({}, 1, 100000000, 2)", "test")));
        await Started(run);

        run.Host.Interrupt();
        await Until(() =>
        {
            clock.Advance(TimeSpan.FromSeconds(20));
            return run.Unstoppable is not null;
        });

        Assert.Equal(LuaFailureKind.Interrupted, run.Unstoppable);
        Assert.Equal(LuaFailureKind.Interrupted, (await stopped.WaitAsync(Deadline, TestContext.Current.CancellationToken)).Kind);
    }

    /// <summary>Lua forbids hooks again after each error that the finalizer catches: a matter of chance, with the last resort behind it.</summary>
    [Fact]
    public void A_finalizer_that_catches_errors_in_a_loop_is_stopped_or_left_to_the_last_resort()
    {
        LuaFailureKind? lastResort = null;
        using LuaHost host = new(new LuaHostOptions { TimeLimit = LimitedRun.Short, Unstoppable = kind => lastResort = kind });

        LuaScriptException? failure = null;
        Thread script = new(() => failure = Assert.Throws<LuaScriptException>(() => host.RunString(
            """
            local function spin() while true do end end
            setmetatable({}, { __gc = function() for i = 1, 10000 do pcall(spin) end end })
            while true do collectgarbage() end
            """,
            "test")));
        script.Start();

        Assert.True(script.Join(Deadline));
        Assert.Equal(LuaFailureKind.TimeLimit, failure!.Kind);
        Assert.True(lastResort is null or LuaFailureKind.TimeLimit);
    }

    [Fact]
    public void A_finalizer_that_loops_does_not_keep_the_host_from_closing()
    {
        LimitedRun run = new(time: LimitedRun.Short);
        run.Host.RunString("held = setmetatable({}, { __gc = function() while true do end end })", "test");

        run.Dispose();

        Assert.Null(run.Unstoppable);
    }

    [Fact]
    public async Task A_finalizer_that_loops_does_not_keep_a_host_over_its_limit_of_memory_from_closing()
    {
        LimitedRun run = new(TimeSpan.FromMinutes(10), memory: 4 << 20);
        run.Store.Save(("s", "large"), StateValue.From(new byte[7 << 20]));
        run.Host.RunString(
            """
            local garbage = setmetatable({}, { __gc = function() while true do end end })
            held = State.load("s", "large")
            """,
            "test");

        // On a thread of its own: a host that does not close would hold the test for ever.
        await Task.Run(run.Dispose, TestContext.Current.CancellationToken).WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        Assert.Null(run.Unstoppable);
    }

    [Fact]
    public void The_sandbox_has_no_finalizers()
    {
        using LuaHost sandbox = new(new LuaHostOptions { Sandbox = true });

        LuaScriptException failure = Assert.Throws<LuaScriptException>(
            () => sandbox.RunString("\nsetmetatable({}, { __gc = function() end })", "test"));

        Assert.Equal("test:2: a metatable with __gc is not available in the sandbox", failure.Message);
        sandbox.RunString(
            """
            local t = setmetatable({}, { __index = { x = 1 } })
            assert(t.x == 1 and setmetatable(t, nil) == t and t.x == nil)
            local locked = setmetatable({}, { __metatable = "no" })
            local ok, message = pcall(setmetatable, locked, {})
            assert(not ok and message == "cannot change a protected metatable", message)
            assert(not pcall(setmetatable, 1, {}) and not pcall(setmetatable, {}, 1))
            """,
            "test");
    }

    [Fact]
    public void A_script_with_a_limit_cannot_take_the_hook()
    {
        using LimitedRun run = new(time: Deadline);

        LuaScriptException failure = Assert.Throws<LuaScriptException>(() => run.Host.RunString("\ndebug.sethook()", "test"));

        Assert.Equal("test:2: debug.sethook is not available in a script with limits, which need the hook", failure.Message);
    }

    [Fact]
    public void A_stop_leaves_what_was_saved_and_nothing_half_done()
    {
        using LimitedRun run = new(time: LimitedRun.Short);

        run.Stop("for i = 1, math.huge do State.save('global', 'a', i) State.save('global', 'b', i) end", LuaFailureKind.TimeLimit);
        run.Host.RunString("local a, b = State.load('global', 'a'), State.load('global', 'b') print(a == b or a == b + 1)", "after");

        Assert.EndsWith("true\n", run.Output, StringComparison.Ordinal);
    }

    /// <summary>The thread that stops scripts comes later than the call returns; so the call itself has to look.</summary>
    [Theory]
    [InlineData("State.load('global', 'key')")]
    [InlineData("pcall(State.load, 'global', 'key')")]
    [InlineData("coroutine.wrap(function() State.load('global', 'key') end)()")]
    [InlineData("coroutine.resume(coroutine.create(function() pcall(State.load, 'global', 'key') State.save('global', 'inner', true) end))")]
    [InlineData("for key in State.each('global') do end")]
    public void A_stop_that_comes_during_a_call_ends_the_script_where_the_call_returns(string call)
    {
        using StateStore store = new(new MemoryBackend());
        LuaHost? host = null;
        host = new(new LuaHostOptions
        {
            Store = () =>
            {
                host!.Interrupt();
                return store;
            },
        });
        using (host)
        {
            LuaScriptException failure = Assert.Throws<LuaScriptException>(
                () => host.RunString($"{call} State.save('global', 'after', true)", "test"));

            Assert.Equal(LuaFailureKind.Interrupted, failure.Kind);
        }

        Assert.Empty(store.ListScopes());
    }

    private static Task Started(LimitedRun run) => Until(() => run.Store.Contains(("global", "started")));

    private static async Task Until(Func<bool> condition)
    {
        using CancellationTokenSource deadline = new(Deadline);
        while (!condition())
        {
            deadline.Token.ThrowIfCancellationRequested();
            await Task.Delay(1, CancellationToken.None);
        }
    }
}
