using LlmSpell.State;

namespace LlmSpell.Lua.Tests.Values;

public sealed class UnstorableTests
{
    [Theory]
    [InlineData("print", "config: a function cannot be stored")]
    [InlineData("io.stdout", "config: a userdata cannot be stored")]
    [InlineData("coroutine.create(print)", "config: a coroutine cannot be stored")]
    [InlineData("{ handlers = { 1, 2, print } }", "config.handlers[3]: a function cannot be stored")]
    [InlineData("{ [\"end\"] = print }", "config[\"end\"]: a function cannot be stored")]
    [InlineData("{ { { x = { ['my key'] = print } } } }", "config[1][1].x[\"my key\"]: a function cannot be stored")]
    [InlineData("{ [5] = print }", "config[5]: a function cannot be stored")]
    [InlineData("{ [2.5] = print }", "config[2.5]: a function cannot be stored")]
    [InlineData("{ [true] = print }", "config[true]: a function cannot be stored")]
    [InlineData("{ ['a\"b'] = print }", "config[\"a\\\"b\"]: a function cannot be stored")]
    [InlineData("{ list = { [{}] = 1 } }", "config.list: a table cannot be a key")]
    [InlineData("{ [print] = 1 }", "config: a function cannot be a key")]
    [InlineData("(function() local t = {} t.self = t return t end)()", "config.self: a table that contains itself cannot be stored")]
    [InlineData("(function() local t = { {} } t[1][1] = t return t end)()", "config[1][1]: a table that contains itself cannot be stored")]
    [InlineData("(function() local t = {} for i = 1, 128 do t = { t } end return t end)()", "config: tables nested over 128 deep cannot be stored")]
    public void What_cannot_be_stored_is_named_by_its_path_and_nothing_is_stored(string expression, string message)
    {
        using StateStore store = new(new MemoryBackend());
        store.Save(("global", "config"), "before");
        Fingerprint before = store.ReadStatus().Fingerprint;

        LuaScriptException failure = ScriptRun.FailureOf($"local v = {expression}\nState.save('global', 'config', v)", store: store);

        Assert.Equal($"test:2: {message}", failure.Message);
        Assert.Equal(before, store.ReadStatus().Fingerprint);
    }

    [Fact]
    public void A_finalizer_that_saves_meanwhile_does_not_change_the_path()
    {
        Assert.Equal("k.outer: a table cannot be a key\n", ScriptRun.OutputOf(
            """
            local key = setmetatable({}, { __name = 'named' })
            local bad, seen = { outer = { [key] = 1 } }, {}
            collectgarbage('incremental', 100, 100, 4)
            for i = 1, 20000 do
              setmetatable({}, { __gc = function() State.save('s', 'other', { 1, { 2 } }) end })
              local ok, message = pcall(State.save, 's', 'k', bad)
              if not seen[message] then seen[message] = true print(message) end
            end
            """));
    }

    [Fact]
    public void The_deepest_table_that_is_allowed_comes_back()
    {
        Assert.Equal("128\n", ScriptRun.OutputOf(
            """
            local t = { 'bottom' }
            for i = 2, 128 do t = { t } end
            State.save('global', 'deep', t)
            local copy, depth = State.load('global', 'deep'), 0
            while type(copy) == 'table' do copy, depth = copy[1], depth + 1 end
            print(copy == 'bottom' and depth)
            """));
    }

    [Fact]
    public void A_value_over_the_stores_limit_is_refused_and_one_at_the_limit_is_not()
    {
        using StateStore store = new(new MemoryBackend(), new StateStoreOptions { MaxValueBytes = 1000 });

        ScriptRun.OutputOf("State.save('global', 'fits', ('x'):rep(997))", store: store);
        LuaScriptException plain = ScriptRun.FailureOf("State.save('global', 'big', ('x'):rep(998))", store: store);
        LuaScriptException table = ScriptRun.FailureOf("local t = {} for i = 1, 1000 do t[i] = i end State.save('global', 'big', t)", store: store);

        Assert.Equal("test:1: big: the value takes more than 1000 bytes (max_state_size_bytes)", plain.Message);
        Assert.Equal(plain.Message, table.Message);
        Assert.Equal(1000, store.Load(("global", "fits"))!.Bytes.Length);
        Assert.False(store.Contains(("global", "big")));
    }

    [Fact]
    public void A_small_table_that_unfolds_to_a_huge_value_is_refused_early()
    {
        using StateStore store = new(new MemoryBackend(), new StateStoreOptions { MaxValueBytes = 100_000 });

        LuaScriptException failure = ScriptRun.FailureOf(
            "local t = {} for i = 1, 100 do t = { t, t } end State.save('global', 'bomb', t)", store: store);

        Assert.Contains("takes more than 100000 bytes", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_table_with_holes_at_every_level_takes_no_more_time_than_its_size()
    {
        Assert.Equal("ok\n", ScriptRun.OutputOf(
            """
            local t = { 1 }
            for i = 1, 120 do t = { t, nil, 3, x = i } end
            State.save('global', 'mixed', t)
            print('ok')
            """));
    }

    [Fact]
    public void A_very_long_path_is_shortened()
    {
        LuaScriptException failure = ScriptRun.FailureOf(
            "local t = print for i = 1, 100 do t = { ['level_' .. i] = t } end State.save('global', 'config', t)");

        Assert.StartsWith("test:1: config.level_100.level_99.", failure.Message, StringComparison.Ordinal);
        Assert.EndsWith(".level_2.level_1: a function cannot be stored", failure.Message, StringComparison.Ordinal);
        Assert.Contains(" … ", failure.Message, StringComparison.Ordinal);
    }
}
