namespace LlmSpell.Lua.Tests.Limits;

public sealed unsafe class MemoryLimitTests
{
    private const long Limit = 4 << 20;

    /// <summary>Scripts that ask for ever more memory.</summary>
    public static TheoryData<string> Bombs { get; } =
    [
        "local t = {} while true do t[#t + 1] = {} end",
        "local t = {} while true do t[#t + 1] = #t end",
        "local t = {} for i = 1, 1e9 do t[i * 1.5] = i end",
        "local s = 'x' while true do s = s .. s end",
        "local t, i = {}, 0 while true do i = i + 1 t[i] = 'text ' .. i end",
        "local s = ('x'):rep(1e9)",
        "local f = function() end while true do local g = f f = function() return g end end",
        "local t = {} while true do t[#t + 1] = coroutine.create(function() end) end",
        "local t = {} while true do local co = coroutine.wrap(function() coroutine.yield() end) co() t[#t + 1] = co end",
        "local function f() local co = coroutine.wrap(f) return co, f() end f()",
        "local t = setmetatable({}, { __index = type }) table.concat(t, '', 1, 1e12)",
        "string.format(('%99d'):rep(1e6), 1)",
        "('x'):rep(1e6):gsub('x', ('y'):rep(100))",
        "string.pack('c1000000000', '')",
        "error(select(2, load('return {' .. ('1,'):rep(1e6) .. '}')), 0)",
        "error(select(2, load(function() return 'x = 1 ' end)), 0)",
        "error(select(2, load(os.time)), 0)",
        "error(select(2, load(string.rep('(', 100) .. string.rep('function f() ', 190) .. string.rep('local x ', 1e6))), 0)",
        "local t = {} for i = 1, 1e9 do t[i] = load('return ' .. i) or ('x'):rep(1e7) end",
        "local t = table.pack(string.byte(('x'):rep(10000), 1, -1)) local u = {} while true do u[#u + 1] = table.pack(table.unpack(t)) end",
        "utf8.char(table.unpack(setmetatable({}, { __index = function() return 0x10FFFF end }), 1, 10000)):rep(1000)",
        "local t = {} while true do t[#t + 1] = State.load('global', 'large') end",
        "local f = io.tmpfile() for i = 1, 5000 do f:write(('x'):rep(1000)) end f:seek('set') f:read('a')",
        "State.load('global', 'tables')",
        "State.load_many('global', { 'tables' })",
        "for key, value in State.each('global') do end",
        "os.date(('%c'):rep(500000))",
        "local all = {} while true do State.save('global', 'k' .. #all, 1) all[#all + 1] = State.list_keys('global') end",
        "local function f(...) return f(1, ...) end f()",
        "setmetatable({}, { __gc = function() local t = {} while true do t[#t + 1] = {} end end }) collectgarbage() local t = {} while true do t[#t + 1] = {} end",
        "local t = {} while true do local ok, e = pcall(function() while true do t[#t + 1] = {} end end) if not ok then error(e, 0) end end",
        "coroutine.wrap(function() local t = {} while true do t[#t + 1] = {} end end)()",
        "xpcall(function() local t = {} while true do t[#t + 1] = {} end end, function(e) return e end) local t = {} while true do t[#t + 1] = {} end",
    ];

    [Theory]
    [MemberData(nameof(Bombs))]
    public void A_script_that_needs_too_much_fails_by_the_limit(string code)
    {
        using LimitedRun run = new(memory: Limit);
        run.Host.RunString("State.save('global', 'large', ('x'):rep(100000))", "setup");

        // One table in 300,000 places becomes as many.
        run.Host.RunString("""
            local one, many, all = {}, {}, {}
            for i = 1, 1000 do many[i] = one end
            for i = 1, 300 do all[i] = many end
            State.save('global', 'tables', all)
            """, "setup");

        LuaScriptException failure = run.Stop(code, LuaFailureKind.MemoryLimit);

        Assert.Equal("the script needs more memory than its limit of 4 MiB", failure.Message);
        Assert.True(run.Host.Heap->Held <= Limit + (1 << 20), $"{run.Host.Heap->Held} bytes are held");
    }

    [Fact]
    public void What_is_saved_at_once_is_no_more_than_the_limit_either()
    {
        using LimitedRun run = new(memory: Limit);

        run.Host.RunString(
            """
            local mebibyte = ("x"):rep(1 << 20)
            print(pcall(State.save_many, "s", { a = mebibyte, b = mebibyte, c = mebibyte }))
            print(pcall(State.save_many, "s", { a = mebibyte, b = mebibyte, c = mebibyte, d = mebibyte, e = mebibyte }))
            print(State.count("s"))
            """,
            "test");

        Assert.Equal("true\t3\nfalse\tthe values take more than 4194304 bytes together; save them in several calls\n3\n", run.Output);
    }

    [Fact]
    public void A_script_may_catch_the_failure_and_go_on_with_less()
    {
        using LimitedRun run = new(memory: Limit);

        run.Host.RunString(
            """
            local ok, message = pcall(string.rep, "x", 1 << 30)
            print(ok, message)
            local ok, message = pcall(function() local t = {} while true do t[#t + 1] = { #t } end end)
            print(ok, message)
            print(#string.rep("x", 1 << 20))
            """,
            "test");

        Assert.Equal("false\tnot enough memory\nfalse\tnot enough memory\n1048576\n", run.Output);
    }

    [Fact]
    public void Another_error_after_a_caught_one_is_what_it_is()
    {
        using LimitedRun run = new(memory: Limit);

        LuaScriptException failure = Assert.Throws<LuaScriptException>(
            () => run.Host.RunString("pcall(string.rep, 'x', 1 << 30) error('boom')", "test"));

        Assert.Equal(LuaFailureKind.Error, failure.Kind);
        Assert.Equal("test:1: boom", failure.Message);
    }

    [Fact]
    public void A_script_that_only_says_so_has_not_met_the_limit()
    {
        using LimitedRun run = new(memory: Limit);

        LuaScriptException failure = Assert.Throws<LuaScriptException>(() => run.Host.RunString("error('not enough memory', 0)", "test"));

        Assert.Equal(LuaFailureKind.Error, failure.Kind);
    }

    [Fact]
    public void What_was_freed_can_be_used_for_blocks_of_any_size()
    {
        using LimitedRun run = new(memory: Limit);

        // In turn blocks of each size fill most of the limit; without giving slabs back, the second size would not fit.
        run.Host.RunString(
            """
            for size = 1, 480, 16 do
              local t = {}
              for i = 1, (2 << 20) // (size + 64) do t[i] = ("x"):rep(size) .. i end
              t = nil
              collectgarbage()
            end
            """,
            "test");
        run.CheckUsable();
    }

    [Fact]
    public void Garbage_does_not_count()
    {
        using LimitedRun run = new(memory: Limit);

        run.Host.RunString("for i = 1, 200 do local s = ('x'):rep(1 << 20) local t = {} for j = 1, 1000 do t[j] = { j } end end", "test");

        run.CheckUsable();
    }

    [Fact]
    public void A_value_from_the_store_may_go_over_the_limit_and_then_nothing_more_may()
    {
        using LimitedRun run = new(memory: Limit);
        run.Host.RunString("State.save('global', 'half', ('x'):rep(1 << 20))", "setup");

        run.Stop("local t = {} for i = 1, 6 do t[i] = State.load('global', 'half') end", LuaFailureKind.MemoryLimit);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData((1 << 20) - 1)]
    public void A_limit_that_no_script_could_live_with_is_refused(long bytes)
    {
        Assert.Throws<ArgumentException>(() => new LuaHost(new LuaHostOptions { MemoryLimit = bytes }));
    }

    [Fact]
    public void The_smallest_limit_is_enough_for_a_small_script()
    {
        using LimitedRun run = new(memory: LuaHostOptions.MinMemoryLimit, time: TimeSpan.FromSeconds(60), instructions: 10_000_000);

        run.CheckUsable();
    }
}
