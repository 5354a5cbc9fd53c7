using System.Runtime.InteropServices;
using LlmSpell.State;
using LlmSpell.Testing.Backends;

namespace LlmSpell.Lua.Tests.StateGlobal;

public sealed unsafe partial class TransactionTests
{
    [Fact]
    public void An_update_inside_that_fails_keeps_the_outer_one_from_being_committed() => Assert.Equal(
        "false\tnil\n",
        ScriptRun.OutputOf(
            """
            local outer = pcall(State.transaction, function()
              State.save("a", "x", 1)
              pcall(State.update, "a", "y", function() return print end)
            end)
            print(outer, State.load("a", "x"))
            """));

    [Fact]
    public void What_cannot_be_handed_on_is_not_committed() => Assert.Equal(
        "false\t0\n",
        ScriptRun.OutputOf(
            """
            State.save("a", "x", 0)
            local function deep(n)
              if n > 0 then local r = table.pack(deep(n - 1)) return r[1] end
              return (pcall(State.transaction, function() State.save("a", "x", 1) return table.unpack({}, 1, 350000) end))
            end
            print(deep(0), State.load("a", "x"))
            """));

    [Fact]
    public void An_error_without_a_line_of_its_own_points_at_the_call_of_the_transaction_inside() => Assert.Equal(
        """
        test:3: bad argument #1 to 'load' (the scope is empty)
        test:4: bad argument #1 to 'load' (the scope is empty)
        test:5: mine
        test:6: theirs
        7

        """,
        ScriptRun.OutputOf(
            """
            local function last(...) return State.load("", "key") end
            pcall(State.transaction, function()
              print(select(2, pcall(function() State.transaction(last) end)))
              print(select(2, pcall(function() State.update("s", "k", last) end)))
              print(select(2, pcall(function() State.transaction(function() error("mine", 2) end) end)))
              print(select(2, pcall(function() State.transaction(function() error("theirs") end) end)))
              print(select(2, pcall(function() State.transaction(function() error(7) end) end)))
            end)
            """));

    [Fact]
    public void Two_hundred_values_are_handed_on() => Assert.Equal(
        "200\t1\n",
        ScriptRun.OutputOf(
            """
            local results = table.pack(State.transaction(function() State.save("a", "x", 1) return table.unpack({}, 1, 200) end))
            print(results.n, State.load("a", "x"))
            """));

    [Fact]
    public void A_transaction_inside_that_is_left_open_rolls_all_back_and_saves_nothing_later() => Assert.Equal(
        "false\tfalse\t100\n",
        ScriptRun.OutputOf(
            """
            State.save("a", "n", 1)
            local inner = coroutine.create(function()
              State.update("a", "n", function(value) coroutine.yield() return value + 1 end)
            end)
            local outer = pcall(State.transaction, function() State.save("a", "other", 1) coroutine.resume(inner) end)
            assert(State.load("a", "other") == nil)
            State.save("a", "n", 100)
            print(outer, (coroutine.resume(inner)), State.load("a", "n"))
            """));

    [Theory]
    [InlineData("State.save('s', 'k', 2)")]
    [InlineData("State.delete('s', 'old')")]
    [InlineData("State.clear('s')")]
    [InlineData("State.increment('s', 'k')")]
    [InlineData("State.compare_and_swap('s', 'k', nil, 2)")]
    [InlineData("State.save_many('s', { k = 2 })")]
    [InlineData("State.update('s', 'k', function() return 2 end)")]
    [InlineData("State.transaction(function() State.save('s', 'k', 2) end)")]
    [InlineData("error(select(2, coroutine.resume(coroutine.create(function() State.save('s', 'k', 2) end))), 0)")]
    public void What_a_transaction_inside_that_is_left_open_writes_later_is_an_error(string late) => Assert.Equal(
        "false\ttest:6: the transaction that this one was part of has ended meanwhile; nothing of this one was stored after that\n1\tnil\ttrue\n",
        ScriptRun.OutputOf(
            $$"""
            State.save('s', 'old', 1)
            local inner = coroutine.create(function()
              print(pcall(State.transaction, function()
                State.transaction(function() State.save('s', 'k', 1) end)
                coroutine.yield()
                {{late}}
              end))
              print(State.load('s', 'old'), State.load('s', 'k'), (pcall(State.save, 's', 'k', 3)))
            end)
            pcall(State.transaction, function() coroutine.resume(inner) end)
            coroutine.resume(inner)
            """));

    [Fact]
    public void What_a_transaction_left_open_leaves_other_transactions_alone() => Assert.Equal(
        "true\t5\n",
        ScriptRun.OutputOf(
            """
            local inner = coroutine.create(function() State.transaction(function() coroutine.yield() end) end)
            pcall(State.transaction, function() coroutine.resume(inner) end)
            print(pcall(State.transaction, function() coroutine.close(inner) State.save("a", "x", 5) return 5 end))
            """));

    [Fact]
    public void It_returns_what_its_function_returns_and_keeps_what_it_saved()
    {
        Assert.Equal("1\tnil\t3\n3\t0\n1\t2\n", ScriptRun.OutputOf(
            """
            print(State.transaction(function() State.save('s', 'a', 1) State.save('s', 'b', 2) return 1, nil, 3 end))
            print(select('#', State.transaction(function() return 1, nil, nil end)), select('#', State.transaction(function() end)))
            print(State.load('s', 'a'), State.load('s', 'b'))
            """));
    }

    [Theory]
    [InlineData("error('boom')", "test:5: boom")]
    [InlineData("error('boom', 0)", "boom")]
    [InlineData("local x = nil + 1", "test:5: attempt to perform arithmetic on a nil value")]
    [InlineData("State.save('s', 'k', print)", "test:5: k: a function cannot be stored")]
    [InlineData("State.save('', 'k', 1)", "test:5: bad argument #1 to 'save' (the scope is empty)")]
    [InlineData("coroutine.yield(1)", "test:5: attempt to yield inside a transaction, which is rolled back")]
    [InlineData("State.flush()", "test:5: State.flush cannot be called inside a transaction, which it rolls back; call it before or after")]
    [InlineData("State.create_backup()", "test:5: State.create_backup cannot be called inside a transaction, which it rolls back; call it before or after")]
    [InlineData("State.restore_backup('x')", "test:5: State.restore_backup cannot be called inside a transaction, which it rolls back; call it before or after")]
    [InlineData("pcall(State.flush)", "test:3: the transaction was rolled back: State.flush was called inside it")]
    [InlineData("pcall(State.create_backup)", "test:3: the transaction was rolled back: State.create_backup was called inside it")]
    [InlineData("pcall(State.transaction, error)", "test:3: the transaction was rolled back: a transaction inside it failed")]
    [InlineData("pcall(State.update, 's', 'k', error)", "test:3: the transaction was rolled back: a transaction inside it failed")]
    [InlineData("State.transaction(function() error('deep') end)", "test:5: deep")]
    [InlineData("State.transaction(function() coroutine.yield() end)", "test:5: attempt to yield inside a transaction, which is rolled back")]
    [InlineData("coroutine.wrap(function() error('in another') end)()", "test:5: test:5: in another")]
    [InlineData("local c <close> = setmetatable({}, { __close = function() error('closing') end })", "test:5: closing")]
    public void A_failure_rolls_everything_back_and_is_raised_again(string code, string message)
    {
        using StateStore store = new(new MemoryBackend());
        store.Save(("s", "kept"), 1);
        Fingerprint before = store.ReadStatus().Fingerprint;

        string script =
            $$"""

            local function work()
              State.transaction(function()
                State.save('s', 'a', 1) State.delete('s', 'kept') State.save_many('t', { x = 1 }) State.increment('s', 'n')
                {{code}}
              end)
            end
            print(pcall(work))
            State.save('s', 'after', 1) State.delete('s', 'after')
            """;
        Assert.Equal($"false\t{message}\n", ScriptRun.OutputOf(script, store: store));
        Assert.Equal(before, store.ReadStatus().Fingerprint);

        LuaScriptException failure = ScriptRun.FailureOf(script.Replace("print(pcall(work))", "work()", StringComparison.Ordinal), store: store);
        Assert.Equal(message, failure.Message);
        Assert.EndsWith(
            "\n\t[llmspell]: in function 'State.transaction'\n\ttest:3: in local 'work'\n\ttest:8: in main chunk",
            failure.Traceback,
            StringComparison.Ordinal);
        Assert.Equal(before, store.ReadStatus().Fingerprint);
    }

    [Theory]
    [InlineData("State.transaction(function()\n\n return State.load(nil) end)")]
    [InlineData("State.update('s', 'k', function()\n\n return State.load(nil) end)")]
    [InlineData("State.transaction(function() State.transaction(function()\n\n return State.load(nil) end) end)")]
    public void A_call_that_is_the_last_thing_the_function_does_fails_at_the_line_of_the_transaction(string code)
    {
        LuaScriptException failure = ScriptRun.FailureOf("\nlocal x = " + code);

        Assert.Equal("test:2: bad argument #1 to 'load' (string expected, got nil)", failure.Message);
        Assert.StartsWith("stack traceback:\n\t[llmspell]: in function 'State.load'", failure.Traceback, StringComparison.Ordinal);
    }

    [Fact]
    public void The_traceback_shows_where_the_function_failed_and_who_called_the_transaction()
    {
        LuaScriptException failure = ScriptRun.FailureOf(
            """
            local function deep()
              error('boom')
            end
            State.transaction(function()
              deep()
            end)
            """);

        Assert.Equal("test:2: boom", failure.Message);
        Assert.Equal(
            "stack traceback:\n\t[C]: in function 'error'\n\ttest:2: in upvalue 'deep'\n\ttest:5: in local 'fn'\n"
            + "\t[llmspell]: in function 'State.transaction'\n\ttest:4: in main chunk",
            failure.Traceback);
    }

    [Fact]
    public void The_cause_of_a_failure_inside_stays_its_cause()
    {
        using LuaHost host = new(new LuaHostOptions { Output = Stream.Null, Store = () => throw new StateBusyException("busy") });

        LuaScriptException failure = Assert.Throws<LuaScriptException>(
            () => host.RunString("State.transaction(function() State.load('s', 'k') end)", "test"));

        Assert.IsType<StateBusyException>(failure.InnerException);
    }

    [Fact]
    public void Error_values_that_are_no_strings_come_through_as_they_are()
    {
        Assert.Equal("true\tnil\n", ScriptRun.OutputOf(
            """
            local value = { code = 7 }
            local _, caught = pcall(State.transaction, function() State.save('s', 'a', 1) error(value) end)
            print(caught == value, State.load('s', 'a'))
            """));
    }

    [Theory]
    [InlineData("State.transaction()", "bad argument #1 to 'transaction' (function expected, got nil)")]
    [InlineData("State:transaction(print)", "bad argument #1 to 'transaction' (function expected, got table)")]
    [InlineData("State.update('s', 'k')", "bad argument #3 to 'update' (function expected, got nil)")]
    [InlineData("State.update('', 'k', print)", "bad argument #1 to 'update' (the scope is empty)")]
    [InlineData("State.update('s', {}, print)", "bad argument #2 to 'update' (string expected, got table)")]
    [InlineData("State.update('s', 'k', function() end)", "bad argument #3 to 'update' (the function must return a value; nil deletes the key)")]
    [InlineData("State.update('s', 'k', function() return { f = print } end)", "k.f: a function cannot be stored")]
    public void Misuse_is_an_error_at_the_callers_line(string code, string message)
    {
        Assert.Equal($"test:2: {message}", ScriptRun.FailureOf("\n" + code).Message);
        Assert.Equal($"test:2: {message}", ScriptRun.FailureOf($"State.transaction(function()\n{code} end)").Message);
    }

    [Fact]
    public void Every_function_sees_what_the_transaction_has_written_and_others_do_not()
    {
        using StateStore store = new(new MemoryBackend());
        store.Save(("s", "old"), 1);
        store.Save(("t", "gone"), 1);

        string output = ScriptRun.OutputOf(
            """
            local before = State.fingerprint()
            local inside = State.transaction(function()
              State.save('s', 'new', { 1 })
              State.save('s', 'old', 2)
              State.clear('t')
              print(State.exists('s', 'new'), State.exists('t', 'gone'), State.load('s', 'old'), State.load('s', 'new')[1])
              print(table.concat(State.list_keys('s'), ' '), table.concat(State.list_scopes(), ' '), State.count('s'), State.count('s', 'n'), State.count('t'))
              for key, value in State.each('s') do io.write(key, ' ', type(value), ' ') end print()
              print(State.info('s', 'new').size, State.info('t', 'gone'), State.load_many('s', { 'old', 'new' }).old)
              print(State.compare_and_swap('s', 'old', 1, 9), State.compare_and_swap('s', 'old', 2, 3), State.increment('s', 'old'))
              print(State.fingerprint() ~= before)
              return State.fingerprint()
            end)
            print(inside == State.fingerprint())
            """,
            store: store);

        Assert.Equal(
            "true\tfalse\t2\t1\nnew old\ts\t2\t1\t0\nnew table old number \n2\tnil\t2\nfalse\ttrue\t4\ntrue\ntrue\n", output);
    }

    [Fact]
    public void Nested_ones_join_and_commit_with_the_outermost()
    {
        Assert.Equal("inner\t7\tfalse\t2\nfalse\tnil\tnil\n", ScriptRun.OutputOf(
            """
            print(State.transaction(function()
              State.save('s', 'a', 1)
              local text, number = State.transaction(function() State.save('s', 'b', 1) return 'inner', 7 end)
              State.update('s', 'a', function(value) return value + 1 end)
              return text, number, select('#', State.transaction(function() end)) > 0, State.load('s', 'a')
            end))
            State.clear('s')
            local ok = pcall(State.transaction, function()
              State.transaction(function() State.save('s', 'b', 1) end)
              error('afterwards')
            end)
            print(ok, State.load('s', 'a'), State.load('s', 'b'))
            """));
    }

    [Fact]
    public void Coroutines_that_the_function_drives_are_part_of_it()
    {
        Assert.Equal("1\t2\t3\n6\n", ScriptRun.OutputOf(
            """
            local outside = coroutine.wrap(function() while true do coroutine.yield(State.increment('s', 'n')) end end)
            print(State.transaction(function() return outside(), outside(), outside() end))
            local sum = 0
            pcall(State.transaction, function()
              for n in coroutine.wrap(function() for i = 1, 3 do State.save('s', 'n', 100 + i) coroutine.yield(i) end end) do sum = sum + n end
              error('roll back')
            end)
            assert(State.load('s', 'n') == 3)
            print(sum)
            """));
    }

    [Fact]
    public void It_works_inside_coroutines_which_may_yield_around_it()
    {
        Assert.Equal("1\t2\n2\n", ScriptRun.OutputOf(
            """
            local co = coroutine.wrap(function()
              coroutine.yield(State.transaction(function() return State.increment('s', 'n') end))
              coroutine.yield(State.update('s', 'n', function(n) return n + 1 end))
            end)
            print(co(), co())
            print(State.load('s', 'n'))
            """));
    }

    [Fact]
    public void Its_function_can_close_what_it_opened_and_those_writes_roll_back_too()
    {
        Assert.Equal("false\ttest:4: failed\tclosed with a transaction\tnil\n", ScriptRun.OutputOf(
            """
            local note
            local ok, message = pcall(State.transaction, function()
              local c <close> = setmetatable({}, { __close = function() State.save('s', 'log', 1) note = State.exists('s', 'log') and 'closed with a transaction' end })
              error('failed')
            end)
            print(ok, message, note, State.load('s', 'log'))
            """));
    }

    [Fact]
    public void A_transaction_whose_coroutine_ended_is_rolled_back_by_whoever_comes_next()
    {
        // What a script that runs out of memory at the wrong moment leaves behind: no guard has run.
        Assert.Equal("nil\tfalse\tnil\n", ScriptRun.OutputOf(
            """
            local function upvalue(f, wanted)
              for i = 1, 100 do
                local name, value = debug.getupvalue(f, i)
                if name == wanted then return value end
              end
            end
            local begin = upvalue(upvalue(upvalue(State.transaction, 'transact'), 'body'), 'begin')
            for _, ending in ipairs { function() end, error, coroutine.yield } do
              coroutine.resume(coroutine.create(function()
                begin()
                State.save('s', 'k', 1)
                assert(State.exists('s', 'k'))
                ending()
              end))
              assert(not State.exists('s', 'k'))
            end
            collectgarbage()
            print(State.load('s', 'k'), State.exists('s', 'k'), State.transaction(function() return State.load('s', 'k') end))
            """));
    }

    [Fact]
    public void A_script_that_is_stopped_at_any_instruction_leaves_no_transaction_open()
    {
        using StateStore store = new(new MemoryBackend(TimeSpan.Zero));
        LuaHost? host = null;
        using ActOnWrite output = new(() => SetHook(host!.State.Pointer, ErrorFunction, 8, 1));
        using LuaHost stopped = host = new LuaHost(new LuaHostOptions { Output = output, Store = () => store });

        Assert.Throws<LuaScriptException>(() => host.RunString(
            """
            while true do
              pcall(pcall, function()
                State.transaction(function()
                  State.save('s', 'k', 1)
                  print('now') io.stdout:flush()
                  error('so that the main coroutine goes on, which is hooked')
                end)
              end)
              stopped = nil + nil
            end
            """,
            "test"));
        SetHook(host.State.Pointer, 0, 0, 0);

        Assert.Equal(1, output.Writes);
        Assert.False(store.Contains(("s", "k")));
        store.Save(("s", "k"), 1);
        host.RunString("State.transaction(function() State.save('s', 'k', 2) end)", "again");
        Assert.Equal(2, store.Load(("s", "k"))!.AsInteger());
    }

    [Fact]
    public void Leaving_by_os_exit_rolls_back_first()
    {
        using StateStore store = new(new MemoryBackend(TimeSpan.Zero));
        ScriptRun run = new() { Store = store };
        bool? wasFree = null;
        using LuaHost host = new(run.Options(exitHandler: _ =>
        {
            store.Save(("other", "k"), 1);
            wasFree = true;
        }));

        run.Try(() => host.RunString("State.transaction(function() State.save('s', 'k', 1) pcall(os.exit, 3) end)", "test"));

        Assert.True(wasFree);
        Assert.False(store.Contains(("s", "k")));
        Assert.Equal("test:1: the transaction was rolled back: os.exit was called inside it", run.Failure!.Message);
    }

    [Fact]
    public void A_conflict_runs_the_function_again_until_it_commits()
    {
        int seed = Random.Shared.Next();
        ConflictingBackend backend = new(new MemoryBackend(), new Random(seed), probability: 0.3);
        using StateStore store = new(backend);

        string output = ScriptRun.OutputOf(
            """
            local runs = 0
            for i = 1, 200 do
              local result = State.transaction(function()
                runs = runs + 1
                local n = State.load('s', 'n') or 0
                if i % 3 == 0 then pcall(State.save, 's', 'n', n + 1) else State.save('s', 'n', n + 1) end
                return n + 1
              end)
              assert(result == i)
            end
            for i = 1, 100 do State.update('s', 'n', function(n) runs = runs + 1 return n + 1 end) end
            for i = 1, 100 do State.increment('s', 'n') end
            for i = 1, 100 do assert(State.compare_and_swap('s', 'n', 399 + i, 400 + i)) end
            print(State.load('s', 'n'), runs > 300)
            """,
            store: store);

        Assert.True(output == "500\ttrue\n", $"with the seed {seed}: {output}");
        Assert.True(backend.Conflicts > 100, $"with the seed {seed}: {backend.Conflicts} conflicts");
    }

    [Fact]
    public void A_conflict_that_never_ends_is_an_error_at_the_callers_line()
    {
        ConflictingBackend backend = new(new MemoryBackend(), new Random(1), probability: 1);
        using StateStore store = new(backend);

        LuaScriptException failure = ScriptRun.FailureOf(
            "runs = 0\nState.transaction(function() runs = runs + 1 State.save('s', 'k', 1) end)", store: store);

        Assert.Equal("test:2: another transaction came first, says the test", failure.Message);
        Assert.Equal(100, backend.Conflicts);
    }

    [Fact]
    public void Finalizers_that_run_during_a_transaction_are_part_of_it()
    {
        Assert.Equal("true\tfalse\ttrue\n", ScriptRun.OutputOf(
            """
            local finalized = 0
            local function litter(n)
              for i = 1, n do setmetatable({}, { __gc = function() finalized = finalized + 1 State.save('s', 'finalized', finalized) end }) end
            end
            collectgarbage('generational')
            pcall(State.transaction, function()
              litter(50) collectgarbage()
              State.save('s', 'k', { ('x'):rep(100) })
              error('roll back')
            end)
            local after = State.exists('s', 'finalized')
            for round = 1, 200 do
              litter(5)
              State.transaction(function() State.save('s', 'k', round) local t = {} for i = 1, 50 do t[i] = { i } end assert(State.load('s', 'k') == round) end)
            end
            collectgarbage()
            print(finalized > 900, after, State.load('s', 'k') == 200 and State.load('s', 'finalized') == finalized)
            """));
    }

    [Fact]
    public void A_second_script_waits_for_the_first_ones_transaction()
    {
        using StateStore store = new(new MemoryBackend(TimeSpan.Zero));
        using LuaHost second = new(new LuaHostOptions { Output = Stream.Null, Store = () => store });
        LuaScriptException? failure = null;
        using ActOnWrite output = new(() => failure = Assert.Throws<LuaScriptException>(() => second.RunString("State.save('s', 'k', 2)", "second")));
        using LuaHost first = new(new LuaHostOptions { Output = output, Store = () => store });

        first.RunString("State.transaction(function() State.save('s', 'k', 1) print('now') io.stdout:flush() end)", "first");

        Assert.IsType<StateBusyException>(failure!.InnerException);
        second.RunString("State.update('s', 'k', function(v) return v + 1 end)", "second");
        Assert.Equal(2, store.Load(("s", "k"))!.AsInteger());
    }

    private static nint ErrorFunction => NativeLibrary.GetExport(NativeLibrary.Load("lua54", typeof(LuaHost).Assembly, null), "luaL_error");

    [LibraryImport("lua54", EntryPoint = "lua_sethook")]
    private static partial void SetHook(nint state, nint function, int mask, int count);

    private sealed class ActOnWrite(Action act) : MemoryStream
    {
        internal int Writes { get; private set; }

        public override void Write(ReadOnlySpan<byte> buffer)
        {
            if (Writes++ == 0)
            {
                act();
            }
        }
    }
}
