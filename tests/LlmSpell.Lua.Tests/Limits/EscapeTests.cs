namespace LlmSpell.Lua.Tests.Limits;

/// <summary>Every way that a script could try to outlive its limit of time, and a script that is interrupted or counted.</summary>
public sealed class EscapeTests
{
    /// <summary>Scripts that never end by themselves, nor ask for ever more memory.</summary>
    public static TheoryData<string, string> Endless { get; } = new()
    {
        { "plain loop", "while true do end" },
        { "numeric loop", "for i = 1, math.maxinteger do end" },
        { "goto", "::again:: goto again" },
        { "repeat", "repeat until false" },
        { "tail calls", "local function f() return f() end f()" },
        { "deep calls", "local function f(n) if n > 0 then return 1 + f(n - 1) end while true do end end f(10000)" },
        { "closures", "while true do local x = 1 local f = function() return x end f() end" },
        { "tables", "while true do local t = { 1, 2, { 3 } } end" },
        { "strings", "local i = 0 while true do i = i + 1 local s = 'x' .. i end" },
        { "coroutine", "coroutine.wrap(function() while true do end end)()" },
        { "coroutine in a coroutine", "coroutine.wrap(function() coroutine.wrap(function() while true do end end)() end)()" },
        { "coroutines without end", "while true do coroutine.wrap(function() end)() end" },
        { "coroutine that yields", "local f = coroutine.wrap(function() while true do coroutine.yield() end end) while true do f() end" },
        { "resume that ignores errors", "local function spin() while true do end end while true do coroutine.resume(coroutine.create(spin)) end" },
        { "pcall loop", "while true do pcall(function() while true do end end) end" },
        { "pcall without a Lua function", "while true do pcall(pcall) end" },
        { "pcall in the last place", "return pcall(function() while true do end end)" },
        { "pcall of pcalls", "local function f() while true do pcall(f) end end f()" },
        { "pcall in a coroutine", "coroutine.wrap(function() while true do pcall(function() while true do end end) end end)()" },
        { "xpcall handler that loops", "xpcall(function() while true do end end, function() while true do end end)" },
        { "xpcall handler after an error", "xpcall(error, function() while true do end end)" },
        { "xpcall handlers in a loop", "local function spin() while true do end end while true do xpcall(spin, spin) end" },
        { "xpcall in the last place", "return xpcall(function() while true do end end, function() while true do end end)" },
        { "error in error handling", "xpcall(error, function(e) error(e) end) while true do xpcall(error, error) end" },
        { "__index", "local t = setmetatable({}, { __index = function(t, k) while true do end end }) return t.x" },
        { "__close", "do local x <close> = setmetatable({}, { __close = function() while true do end end }) end" },
        { "__close of the interrupted block", "local x <close> = setmetatable({}, { __close = function() while true do end end }) while true do end" },
        { "many __close", "local function f(n) local x <close> = setmetatable({}, { __close = function() while true do end end }) if n > 0 then f(n - 1) end while true do end end f(50)" },
        { "__close of a coroutine that wrap closes", "coroutine.wrap(function() local x <close> = setmetatable({}, { __close = function() while true do end end }) while true do end end)()" },
        { "__close of a coroutine that is closed", "local co = coroutine.create(function() local x <close> = setmetatable({}, { __close = function() while true do end end }) coroutine.yield() end) coroutine.resume(co) coroutine.close(co)" },
        { "error object's __tostring in the host's handler", "error(setmetatable({}, { __tostring = function() while true do end end }))" },
        { "print with __tostring", "print(setmetatable({}, { __tostring = function() while true do end end }))" },
        { "print without end", "while true do print(setmetatable({}, { __tostring = function() return '' end })) end" },
        { "sort comparator", "local t = {} for i = 1, 1000 do t[i] = i end table.sort(t, function(a, b) while true do end end)" },
        { "sort without end", "local t = {} for i = 1, 100 do t[i] = i end while true do pcall(table.sort, t, function(a, b) return true end) end" },
        { "gsub callback", "('x'):gsub('x', function() while true do end end)" },
        { "gsub callbacks without end", "local s = ('x'):rep(1000) while true do s:gsub('x', function() end) end" },
        { "load with a reader", "load(function() while true do end end)" },
        { "load with an endless text", "load(function() return ' ' end)" },
        { "require of a loader that loops", "package.preload.spin = function() while true do end end require 'spin'" },
        { "State calls", "while true do State.save('global', 'key', { 1, 2, 3 }) State.load('global', 'key') end" },
        { "caught errors of State", "while true do pcall(State.save, 'global', '', 1) end" },
        { "__gc", "setmetatable({}, { __gc = function() while true do end end }) while true do collectgarbage() end" },
        { "__gc that makes another", "local function again() setmetatable({}, { __gc = again }) end again() while true do collectgarbage() end" },
        { "warn", "while true do warn('x') end" },
        { "next over a table", "local t = {} for i = 1, 100 do t[i] = i end while true do for k in pairs(t) do end end" },
    };

    /// <summary>Scripts that only the guards of Prelude/limits.lua make stoppable.</summary>
    public static TheoryData<string, string> Guarded { get; } = new()
    {
        { "xpcall handler that starts others", "local function h() while true do xpcall(function() while true do end end, h) end end xpcall(error, h)" },
        { "table.move", "table.move({}, 1, math.maxinteger - 1, 2)" },
        { "table.move down", "table.move({}, 2, math.maxinteger - 1, 1, {})" },
        { "table.insert", "table.insert(setmetatable({}, { __len = function() return math.maxinteger - 2 end }), 1, 1)" },
        { "table.remove", "table.remove(setmetatable({}, { __len = function() return math.maxinteger - 2 end }), 1)" },
        { "table.concat", "table.concat(setmetatable({}, { __index = getmetatable, __metatable = '' }), '', 1, math.maxinteger)" },
        { "table.concat of a number", "debug.setmetatable(0, { __index = getmetatable, __len = function() return math.maxinteger end, __metatable = '' }) table.concat(0)" },
        { "table.sort without Lua code", "table.sort(setmetatable({}, { __len = function() return (1 << 31) - 2 end }), rawequal)" },
        { "table.sort of a large table", "local t = {} for i = 1, 200000 do t[i] = i end while true do table.sort(t) end" },
    };

    [Theory]
    [MemberData(nameof(Endless))]
    [MemberData(nameof(Guarded))]
    public void A_script_without_end_is_stopped_when_its_time_is_over(string way, string code)
    {
        using LimitedRun run = new(time: LimitedRun.Short);

        LuaScriptException failure = run.Stop(code, LuaFailureKind.TimeLimit);

        Assert.Equal("the script ran for longer than its limit of 40 ms", failure.Message);
        Assert.True(way.Length > 0);
    }

    [Theory]
    [MemberData(nameof(Endless))]
    [MemberData(nameof(Guarded))]
    public void A_script_without_end_is_stopped_when_its_instructions_are_used_up(string way, string code)
    {
        using LimitedRun run = new(instructions: 200_000);

        LuaScriptException failure = run.Stop(code, LuaFailureKind.InstructionLimit);

        Assert.Equal("the script ran more instructions than its limit of 200,000", failure.Message);
        Assert.True(way.Length > 0);
    }

    [Theory]
    [MemberData(nameof(Endless))]
    public void A_script_without_end_is_stopped_by_an_interrupt(string way, string code)
    {
        using LimitedRun run = new();
        using Timer timer = new(_ => run.Host.Interrupt(), null, LimitedRun.Short, Timeout.InfiniteTimeSpan);

        LuaScriptException failure = run.Stop(code, LuaFailureKind.Interrupted);

        Assert.Equal("the script was interrupted", failure.Message);
        Assert.True(way.Length > 0);
    }
}
