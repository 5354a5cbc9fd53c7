using LlmSpell.State;

namespace LlmSpell.Lua.Tests.StateGlobal;

public sealed class AtomicTests
{
    [Fact]
    public void Update_gives_the_old_value_and_keeps_what_is_returned()
    {
        Assert.Equal("nil\n1\n3\tnumber\nnil\tfalse\nnil\tfalse\n", ScriptRun.OutputOf(
            """
            print(State.update('s', 'k', function(old) print(old) return 1, 'extra' end))
            print(State.update('s', 'k', function(old) return old + 2 end), type(State.load('s', 'k')))
            print(State.update('s', 'k', function() return nil end), State.exists('s', 'k'))
            print(State.update('s', 'none', function() return nil end), State.exists('s', 'none'))
            """));
    }

    [Fact]
    public void A_failed_update_changes_nothing()
    {
        Assert.Equal("false\ttest:2: no\t1\tfalse\n", ScriptRun.OutputOf(
            """
            State.save('s', 'k', 1)
            local ok, message = pcall(State.update, 's', 'k', function(old) State.save('s', 'other', 1) error('no') end)
            print(ok, message, State.load('s', 'k'), State.exists('s', 'other'))
            """));
    }

    [Theory]
    [InlineData("State.increment('s', 'n')", "1", "integer")]
    [InlineData("State.increment('s', 'n', 5)", "5", "integer")]
    [InlineData("State.increment('s', 'n', -5)", "-5", "integer")]
    [InlineData("State.increment('s', 'n', nil)", "1", "integer")]
    [InlineData("State.increment('s', 'n', 0.5)", "0.5", "float")]
    [InlineData("State.increment('s', 'n', 2.0)", "2.0", "float")]
    [InlineData("State.save('s', 'n', 1.5) or State.increment('s', 'n')", "2.5", "float")]
    [InlineData("State.save('s', 'n', math.maxinteger) or State.increment('s', 'n', -1)", "9223372036854775806", "integer")]
    [InlineData("State.save('s', 'n', math.mininteger) or State.increment('s', 'n', math.maxinteger)", "-1", "integer")]
    [InlineData("State.save('s', 'n', math.maxinteger) or State.increment('s', 'n', 1.0)", "9.2233720368548e+18", "float")]
    [InlineData("State.save('s', 'n', 1) or State.increment('s', 'n', 1/0)", "inf", "float")]
    public void Increment_adds_as_Lua_does(string code, string sum, string type)
    {
        Assert.Equal($"{sum}\t{type}\t{sum}\n", ScriptRun.OutputOf($"local n = {code} print(n, math.type(n), State.load('s', 'n'))"));
    }

    [Theory]
    [InlineData("math.maxinteger", "1", "n: 9223372036854775807 + 1 is out of the range of integers")]
    [InlineData("math.mininteger", "-1", "n: -9223372036854775808 + -1 is out of the range of integers")]
    [InlineData("math.mininteger", "math.mininteger", "n: -9223372036854775808 + -9223372036854775808 is out of the range of integers")]
    [InlineData("'5'", "1", "n: a number is expected, and a string is stored there")]
    [InlineData("'\\xff'", "1", "n: a number is expected, and a string is stored there")]
    [InlineData("true", "1", "n: a number is expected, and a boolean is stored there")]
    [InlineData("{}", "1", "n: a number is expected, and a table is stored there")]
    [InlineData("{ 1 }", "1", "n: a number is expected, and a table is stored there")]
    [InlineData("1", "'1'", "bad argument #3 to 'increment' (number expected, got string)")]
    [InlineData("1", "{}", "bad argument #3 to 'increment' (number expected, got table)")]
    public void Increment_refuses_what_would_be_wrong_and_leaves_it(string present, string by, string message)
    {
        string code = $"State.save('s', 'n', {present}) local before = State.fingerprint()\nState.increment('s', 'n', {by})";
        Assert.Equal($"test:2: {message}", ScriptRun.FailureOf(code).Message);
        Assert.Equal("true\n", ScriptRun.OutputOf(
            code.Replace("State.increment(", "pcall(State.increment, ", StringComparison.Ordinal) + " print(before == State.fingerprint())"));
    }

    [Theory]
    [InlineData("nil", "nil", true)]
    [InlineData("nil", "1", false)]
    [InlineData("1", "nil", false)]
    [InlineData("1", "1", true)]
    [InlineData("1", "1.0", false)]
    [InlineData("1.0", "1", false)]
    [InlineData("false", "false", true)]
    [InlineData("false", "nil", false)]
    [InlineData("0.0", "-0.0", false)]
    [InlineData("0/0", "-(0/0)", true)]
    [InlineData("'a'", "'a'", true)]
    [InlineData("'5'", "5", false)]
    [InlineData("'\\xff'", "'\\xff'", true)]
    [InlineData("{}", "{}", true)]
    [InlineData("{ 1, 2 }", "{ 1, 2 }", true)]
    [InlineData("{ 1, 2 }", "{ 2, 1 }", false)]
    [InlineData("{ 1, 2 }", "{ 1, 2, 3 }", false)]
    [InlineData("{ [1] = 1, [3] = 3 }", "{ [3] = 3, [1] = 1 }", true)]
    [InlineData("{ 1, [true] = { x = 'y' } }", "{ [true] = { x = 'y' }, [1] = 1 }", true)]
    [InlineData("{ a = { b = { 1.5 } } }", "{ a = { b = { 2.5 } } }", false)]
    [InlineData("{ a = 1 }", "{ b = 1 }", false)]
    [InlineData("{ [1.5] = 1 }", "{ ['1.5'] = 1 }", false)]
    public void Compare_and_swap_compares_content(string present, string old, bool same)
    {
        Assert.Equal($"{same}\t{same}\n".ToLowerInvariant(), ScriptRun.OutputOf(
            $$"""
            State.save('s', 'k', {{present}})
            local swapped, now = State.compare_and_swap('s', 'k', {{old}}, 'new')
            assert(type(now) == type(State.load('s', 'k')))
            print(swapped, State.load('s', 'k') == 'new')
            """));
    }

    [Fact]
    public void Compare_and_swap_does_not_care_in_which_order_fields_were_added()
    {
        Assert.Equal("true\n", ScriptRun.OutputOf(
            """
            local names = {}
            for i = 1, 200 do names[i] = 'field' .. i end
            local function build(first, last, step)
              local t = {}
              for i = first, last, step do t[names[i]] = { i, [names[i]] = i / 2 } end
              return t
            end
            State.save('s', 'k', build(1, 200, 1))
            local order, other = {}, {}
            for k in pairs(build(1, 200, 1)) do order[#order + 1] = k end
            for k in pairs(build(200, 1, -1)) do other[#other + 1] = k end
            assert(table.concat(order) ~= table.concat(other), 'the test is of no use: both orders are the same')
            print((State.compare_and_swap('s', 'k', build(200, 1, -1), 1)))
            """));
    }

    [Fact]
    public void Compare_and_swap_sees_what_another_program_wrote_as_a_script_does()
    {
        using StateStore store = new(new MemoryBackend());
        store.Save(("s", "binary"), StateValue.From("text"u8));
        store.Save(("s", "array"), StateValue.Array());
        store.Save(("s", "map"), StateValue.Map([KeyValuePair.Create((StateValue)2.0, (StateValue)"b"), KeyValuePair.Create((StateValue)1, (StateValue)"a")]));

        Assert.Equal("true\ttrue\ttrue\n", ScriptRun.OutputOf(
            """
            local function swap(key, old) return (State.compare_and_swap('s', key, old, nil)) end
            print(swap('binary', 'text'), swap('array', {}), swap('map', { 'a', 'b' }))
            """,
            store: store));
        Assert.Equal(0, store.Count("s"));
    }

    [Fact]
    public void Compare_and_swap_returns_what_is_there_and_deletes_for_nil()
    {
        Assert.Equal("true\t1\nfalse\t1\ntrue\tnil\nfalse\tnil\ttrue\tnil\n", ScriptRun.OutputOf(
            """
            print(State.compare_and_swap('s', 'k', nil, 1))
            print(State.compare_and_swap('s', 'k', 2, 3))
            print(State.compare_and_swap('s', 'k', 1, nil))
            local a, b = State.compare_and_swap('s', 'k', 1, 2)
            print(a, b, State.compare_and_swap('s', 'k', nil, nil))
            """));
    }

    [Theory]
    [InlineData("State.compare_and_swap('s', 'k')", "bad argument #3 to 'compare_and_swap' (a value is expected; nil stands for no entry)")]
    [InlineData("State.compare_and_swap('s', 'k', 1)", "bad argument #4 to 'compare_and_swap' (a value is expected; nil stands for no entry)")]
    [InlineData("State.compare_and_swap('s', 'k', print, 1)", "k: a function cannot be stored")]
    [InlineData("State.compare_and_swap('s', 'k', 1, { f = print })", "k.f: a function cannot be stored")]
    [InlineData("State.compare_and_swap('s', '', 1, 1)", "bad argument #2 to 'compare_and_swap' (the key is empty)")]
    [InlineData("State.increment('s')", "bad argument #2 to 'increment' (string expected, got nil)")]
    [InlineData("State:increment('s', 'k')", "bad argument #1 to 'increment' (string expected, got table; State's functions are called with a dot, not with a colon)")]
    public void Misuse_is_an_error_at_the_callers_line(string code, string message)
    {
        Assert.Equal($"test:2: {message}", ScriptRun.FailureOf("\n" + code).Message);
    }

    [Fact]
    public async Task Scripts_on_several_threads_lose_no_change()
    {
        const int Threads = 4;
        const int Rounds = 200;
        using StateStore store = new(new MemoryBackend());
        string code =
            $$"""
            for i = 1, {{Rounds}} do
              State.increment('s', 'increment')
              State.update('s', 'update', function(old) return { n = (old and old.n or 0) + 1 } end)
              State.transaction(function() State.save('s', 'transaction', State.load('s', 'transaction', 0) + 1) end)
              local swapped, present = false, State.load('s', 'swap')
              while not swapped do swapped, present = State.compare_and_swap('s', 'swap', present, { n = (present and present.n or 0) + 1 }) end
            end
            """;
        await Task.WhenAll(Enumerable.Range(0, Threads).Select(_ => Task.Run(() => ScriptRun.OutputOf(code, store: store))));

        Assert.Equal("800\t800\t800\t800\n", ScriptRun.OutputOf(
            "print(State.load('s', 'increment'), State.load('s', 'update').n, State.load('s', 'transaction'), State.load('s', 'swap').n)", store: store));
    }
}
