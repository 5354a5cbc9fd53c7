using LlmSpell.State;

namespace LlmSpell.Lua.Tests.StateGlobal;

public sealed class EntryTests
{
    [Fact]
    public void What_was_saved_can_be_loaded_in_another_host()
    {
        using StateStore store = new(new MemoryBackend());

        ScriptRun.OutputOf("State.save('user:1', 'name', 'Ada')", store: store);

        Assert.Equal("Ada\n", ScriptRun.OutputOf("print(State.load('user:1', 'name'))", store: store));
        Assert.Equal("Ada", store.Load(("user:1", "name"))!.AsString());
    }

    [Fact]
    public void Save_and_flush_return_nothing()
    {
        Assert.Equal("0\t0\n", ScriptRun.OutputOf("print(select('#', State.save('global', 'k', 1)), select('#', State.flush()))"));
    }

    [Fact]
    public void Load_gives_the_default_only_where_there_is_no_value()
    {
        Assert.Equal("nil\t7\tfalse\tfalse\n", ScriptRun.OutputOf(
            "State.save('global', 'no', false) print(State.load('global', 'x'), State.load('global', 'x', 7), "
            + "State.load('global', 'no'), State.load('global', 'no', true))"));
        Assert.Equal("true\n", ScriptRun.OutputOf("local t = {} print(State.load('global', 'x', t) == t)"));
    }

    [Fact]
    public void Saving_nil_deletes()
    {
        Assert.Equal("true\tfalse\tnil\n", ScriptRun.OutputOf(
            """
            State.save('global', 'k', 1)
            local before = State.exists('global', 'k')
            State.save('global', 'k', nil)
            State.save('global', 'never', nil)
            print(before, State.exists('global', 'k'), State.load('global', 'k'))
            """));
    }

    [Fact]
    public void Delete_says_whether_the_key_was_there()
    {
        Assert.Equal("true\tfalse\tfalse\n", ScriptRun.OutputOf(
            "State.save('a', 'k', 1) print(State.delete('a', 'k'), State.delete('a', 'k'), State.delete('b', 'k'))"));
    }

    [Fact]
    public void Clear_empties_one_scope_and_counts()
    {
        Assert.Equal("2500\t0\t0\t1\n", ScriptRun.OutputOf(
            """
            for i = 1, 2500 do State.save('many', 'k' .. i, i) end
            State.save('other', 'k', 1)
            print(State.clear('many'), State.clear('many'), #State.list_keys('many'), #State.list_keys('other'))
            """));
    }

    [Fact]
    public void Lists_are_in_the_order_of_bytes()
    {
        Assert.Equal("B a aa b \u00FC \uFFFD \U00010000 |a aa|B a ü|", ScriptRun.OutputOf(
            """
            for _, k in ipairs { 'b', 'aa', '\u{10000}', 'ü', 'B', '\u{FFFD}', 'a' } do State.save('s', k, 1) end
            local function show(list) for i, k in ipairs(list) do io.write(k, i < #list and ' ' or '') end io.write('|') end
            for _, k in ipairs(State.list_keys('s')) do io.write(k, ' ') end io.write('|')
            show(State.list_keys('s', 'a'))
            State.clear('s')
            State.save('ü', 'k', 1) State.save('B', 'k', 1) State.save('a', 'k', 1)
            show(State.list_scopes())
            """));
        Assert.Equal("0\t0\t0\n", ScriptRun.OutputOf("print(#State.list_keys('none'), #State.list_keys('none', 'x'), #State.list_scopes())"));
    }

    [Fact]
    public void Numbers_as_scopes_and_keys_are_their_text_as_everywhere_in_Lua()
    {
        Assert.Equal("five\tfive\n", ScriptRun.OutputOf("State.save(1, 5, 'five') print(State.load('1', '5'), State.load(1, 5))"));
    }

    [Fact]
    public void The_store_is_opened_when_a_script_first_needs_it_and_once()
    {
        int opened = 0;
        using StateStore store = new(new MemoryBackend());
        using LuaHost host = new(new LuaHostOptions
        {
            Output = Stream.Null,
            Store = () =>
            {
                opened++;
                return store;
            },
        });

        host.RunString("print('no state') assert(State.save)", "test");
        Assert.Equal(0, opened);
        host.RunString("State.save('global', 'k', 1) State.load('global', 'k')", "test");
        Assert.Equal(1, opened);
    }

    [Fact]
    public void A_store_that_cannot_be_opened_is_an_error_in_the_script_with_the_cause_and_the_hint()
    {
        StateBusyException cause = new("the state in x is held by process 7", "Stop it, or wait.");
        using LuaHost host = new(new LuaHostOptions { Output = Stream.Null, Store = () => throw cause });

        LuaScriptException failure = Assert.Throws<LuaScriptException>(() => host.RunString("\nState.load('global', 'k')", "test"));

        Assert.Equal("test:2: the state in x is held by process 7. Stop it, or wait.", failure.Message);
        Assert.Same(cause, failure.InnerException);
    }

    [Fact]
    public void A_failure_that_the_script_caught_is_not_the_cause_of_a_later_one()
    {
        using LuaHost host = new(new LuaHostOptions { Output = Stream.Null, Store = () => throw new StateBusyException("busy") });

        LuaScriptException failure = Assert.Throws<LuaScriptException>(() => host.RunString("pcall(State.load, 'a', 'b') error('own')", "test"));

        Assert.Null(failure.InnerException);
    }

    [Fact]
    public void Without_a_store_every_function_says_so()
    {
        using LuaHost host = new(new LuaHostOptions { Output = Stream.Null });

        LuaScriptException failure = Assert.Throws<LuaScriptException>(() => host.RunString("State.list_scopes()", "test"));

        Assert.Equal("test:1: State is not available here: the program that runs this script has given it no store", failure.Message);
    }

    [Theory]
    [InlineData("State.save(nil, 'k', 1)", "bad argument #1 to 'save' (string expected, got nil)")]
    [InlineData("State.save()", "bad argument #1 to 'save' (string expected, got no value)")]
    [InlineData("State.save('global', 'k')", "bad argument #3 to 'save' (a value is expected; nil deletes the key)")]
    [InlineData("State:create_backup()", "bad argument #1 to 'create_backup' (it is State itself, whose functions are called with a dot, not with a colon)")]
    [InlineData("State:cleanup_backups(true)", "bad argument #1 to 'cleanup_backups' (it is State itself, whose functions are called with a dot, not with a colon)")]
    [InlineData("State:validate_backup('x')", "bad argument #1 to 'validate_backup' (string expected, got table; State's functions are called with a dot, not with a colon)")]
    [InlineData("State.save('global', nil, 1)", "bad argument #2 to 'save' (string expected, got nil)")]
    [InlineData("State.save('global', true, 1)", "bad argument #2 to 'save' (string expected, got boolean)")]
    [InlineData("State.save('', 'k', 1)", "bad argument #1 to 'save' (the scope is empty)")]
    [InlineData("State.save('global', '', 1)", "bad argument #2 to 'save' (the key is empty)")]
    [InlineData("State.save('a\\0b', 'k', 1)", "bad argument #1 to 'save' (the scope contains a NUL byte, which is not allowed)")]
    [InlineData("State.load('global', '\\xff')", "bad argument #2 to 'load' (the key is not valid UTF-8)")]
    [InlineData("State.load(('s'):rep(256), 'k')", "bad argument #1 to 'load' (the scope is 256 bytes long; at most 255 bytes of UTF-8 are allowed)")]
    [InlineData("State.exists('s', ('k'):rep(1025))", "bad argument #2 to 'exists' (the key is 1025 bytes long; at most 1024 bytes of UTF-8 are allowed)")]
    [InlineData("State.delete('s', {})", "bad argument #2 to 'delete' (string expected, got table)")]
    [InlineData("State.list_keys()", "bad argument #1 to 'list_keys' (string expected, got nil)")]
    [InlineData("State.list_keys('s', {})", "bad argument #2 to 'list_keys' (string expected, got table)")]
    [InlineData("State.list_keys('s', '\\xc3')", "bad argument #2 to 'list_keys' (it is not valid UTF-8)")]
    [InlineData("State.clear(print)", "bad argument #1 to 'clear' (string expected, got function)")]
    [InlineData("State:save('global', 'k', 1)", "bad argument #1 to 'save' (string expected, got table; State's functions are called with a dot, not with a colon)")]
    public void Misuse_is_an_error_at_the_callers_line(string code, string message)
    {
        Assert.Equal($"test:3: {message}", ScriptRun.FailureOf("\n\n" + code).Message);
    }

    [Fact]
    public void The_traceback_names_the_function_and_the_callers()
    {
        LuaScriptException failure = ScriptRun.FailureOf("local function work()\n  State.save('global', 'k', print)\nend\nwork()");

        Assert.Equal("test:2: k: a function cannot be stored", failure.Message);
        Assert.Equal(
            "stack traceback:\n\t[llmspell]: in function 'State.save'\n\ttest:2: in local 'work'\n\ttest:4: in main chunk", failure.Traceback);
    }

    [Fact]
    public void The_line_is_right_in_coroutines_and_absent_when_pcall_is_the_caller()
    {
        Assert.Equal("test:2: k: a function cannot be stored\nfalse\tk: a function cannot be stored\n", ScriptRun.OutputOf(
            "local co = coroutine.create(function()\n State.save('global', 'k', print) end)\n"
            + "print(select(2, coroutine.resume(co)))\nprint(pcall(State.save, 'global', 'k', print))"));
    }

    [Fact]
    public void An_unknown_function_is_nil_and_require_finds_State()
    {
        Assert.Equal("nil\ttrue\n", ScriptRun.OutputOf("print(State.lod, require 'State' == State)"));
    }

    [Fact]
    public void Errors_raised_while_the_collector_runs_on_another_thread_do_no_harm()
    {
        using CancellationTokenSource stop = new();
        Thread collector = new(() =>
        {
            while (!stop.IsCancellationRequested)
            {
                GC.Collect();
            }
        });
        collector.Start();
        try
        {
            Assert.Equal("4000\n", ScriptRun.OutputOf(
                """
                local failed = 0
                local cyclic = {} cyclic.self = cyclic
                local bad = { {}, print, cyclic, { { [{}] = 1 } } }
                for i = 1, 1000 do
                  for _, value in ipairs { bad, print, cyclic } do
                    if not pcall(State.save, 'global', 'k', value) then failed = failed + 1 end
                  end
                  if not pcall(function() io.stdout:write({}) end) then failed = failed + 1 end
                  State.save('global', 'good', { i, { i } })
                  assert(State.load('global', 'good')[2][1] == i)
                end
                print(failed)
                """));
        }
        finally
        {
            stop.Cancel();
            collector.Join();
        }
    }

    [Fact]
    public void Finalizers_that_use_the_state_in_the_middle_of_a_load_disturb_nothing()
    {
        Assert.Equal("true\n", ScriptRun.OutputOf(
            """
            local big = {}
            for i = 1, 200 do big[i] = { name = 'item' .. i, text = ('t' .. i):rep(20) } end
            State.save('global', 'big', big)
            State.save('global', 'small', { 1, 2, 3 })
            local finalized = 0
            local function litter()
              for i = 1, 5 do
                setmetatable({}, { __gc = function()
                  finalized = finalized + 1
                  State.save('global', 'other', { finalized, 'x' })
                  assert(State.load('global', 'small')[3] == 3)
                end })
              end
            end
            collectgarbage('generational')
            for round = 1, 300 do
              litter()
              local loaded = State.load('global', 'big')
              for i = 1, 200 do
                assert(loaded[i].name == 'item' .. i and loaded[i].text == ('t' .. i):rep(20))
              end
            end
            print(finalized > 100)
            """));
    }
}
