using LlmSpell.Testing;

namespace LlmSpell.Lua.Tests.Running;

public sealed class FailureTests
{
    [Fact]
    public void An_error_has_the_scripts_file_and_line_and_its_traceback()
    {
        using TemporaryFolder folder = new();
        string script = folder.Write("boom.lua", "local function inner()\n  error('boom')\nend\nfunction outer()\n  inner()\nend\nouter()\n");

        LuaScriptException? failure = ScriptRun.OfFile(script).Failure;

        Assert.NotNull(failure);
        Assert.Equal(LuaFailureKind.Error, failure.Kind);
        Assert.EndsWith("boom.lua:2: boom", failure.Message, StringComparison.Ordinal);
        string[] lines = failure.Traceback!.Split('\n');
        Assert.Equal("stack traceback:", lines[0]);
        Assert.Equal("\t[C]: in function 'error'", lines[1]);
        Assert.EndsWith("boom.lua:2: in upvalue 'inner'", lines[2], StringComparison.Ordinal);
        Assert.EndsWith("boom.lua:5: in function 'outer'", lines[3], StringComparison.Ordinal);
        Assert.EndsWith("boom.lua:7: in main chunk", lines[4], StringComparison.Ordinal);
        Assert.Equal(5, lines.Length);
    }

    [Theory]
    [InlineData("'boom'", "string\ttest:2: boom\n", "test:2: boom")]
    [InlineData("{}", "table\ttrue\n", "(error object is a table value)")]
    [InlineData("nil", "nil\ttrue\n", "(error object is a nil value)")]
    public void What_the_script_closes_gets_the_error_as_it_was_raised(string value, string output, string message)
    {
        ScriptRun run = ScriptRun.Of(
            $$"""
            local value = {{value}}
            local x <close> = setmetatable({}, { __close = function(_, e) print(type(e), type(e) == 'string' and e or rawequal(e, value)) end }) error(value)
            """);

        Assert.Equal(output, run.Output);
        Assert.Equal(message, run.Failure!.Message);
        Assert.StartsWith("stack traceback:\n\t[C]: in function 'error'\n\ttest:2: in main chunk", run.Failure.Traceback, StringComparison.Ordinal);
    }

    [Fact]
    public void An_error_of_a_close_function_takes_the_place_of_the_one_before()
    {
        LuaScriptException failure = ScriptRun.FailureOf(
            "local x <close> = setmetatable({}, { __close = function(_, e)\n pcall(error, 'caught')\n error('late, after ' .. e, 0) end })\nerror('boom')");

        Assert.Equal("late, after test:4: boom", failure.Message);
        Assert.Contains("\ttest:3: in ", failure.Traceback, StringComparison.Ordinal);
    }

    [Fact]
    public void A_syntax_error_has_file_and_line_and_runs_nothing()
    {
        using TemporaryFolder folder = new();

        ScriptRun run = ScriptRun.OfFile(folder.Write("bad.lua", "#!x\nprint('started')\nlocal = 5\n"));

        Assert.Equal(LuaFailureKind.Syntax, run.Failure!.Kind);
        Assert.EndsWith("bad.lua:3: <name> expected near '='", run.Failure.Message, StringComparison.Ordinal);
        Assert.Null(run.Failure.Traceback);
        Assert.Equal("", run.Output);
    }

    [Theory]
    [InlineData("error()", "(error object is a nil value)")]
    [InlineData("error(nil)", "(error object is a nil value)")]
    [InlineData("error({})", "(error object is a table value)")]
    [InlineData("error(true)", "(error object is a boolean value)")]
    [InlineData("error(print)", "(error object is a function value)")]
    [InlineData("error(12)", "12")]
    [InlineData("error(1.5)", "1.5")]
    [InlineData("error('plain', 0)", "plain")]
    [InlineData("error('')", "test:1: ")]
    [InlineData("error(setmetatable({}, { __tostring = function() return 'typed' end }))", "typed")]
    [InlineData("error(setmetatable({}, { __tostring = function() error('worse') end }))", "(error object is a table value)")]
    [InlineData("error(setmetatable({}, { __tostring = function() return {} end }))", "(error object is a table value)")]
    [InlineData("error(setmetatable({}, setmetatable({}, { __index = error })))", "(error object is a table value)")]
    [InlineData("error('ü\\xff')", "test:1: ü\uFFFD")]
    [InlineData("local t = nil; t.x = 1", "test:1: attempt to index a nil value (local 't')")]
    public void Any_error_value_becomes_a_message(string code, string message)
    {
        LuaScriptException failure = ScriptRun.FailureOf(code);

        Assert.Equal(message, failure.Message);
        Assert.StartsWith("stack traceback:\n", failure.Traceback, StringComparison.Ordinal);
    }

    [Fact]
    public void Endless_recursion_is_an_error_and_the_host_lives()
    {
        ScriptRun run = new();
        using LuaHost host = new(run.Options());

        LuaScriptException failure = Assert.Throws<LuaScriptException>(() => host.RunString("local function f() return 1 + f() end f()", "deep"));
        host.RunString("print('alive')", "after");

        Assert.Contains("stack overflow", failure.Message, StringComparison.Ordinal);
        Assert.Contains("...\t(skipping", failure.Traceback, StringComparison.Ordinal);
        Assert.Equal("alive\n", run.Output);
    }

    [Fact]
    public void Endless_recursion_through_C_and_through_our_callbacks_is_an_error()
    {
        LuaScriptException failure = ScriptRun.FailureOf(
            "local t t = setmetatable({}, { __tostring = function() print(t) return '' end }) print(t)");

        Assert.Contains("overflow", failure.Message, StringComparison.Ordinal);
        Assert.Contains("overflow", ScriptRun.FailureOf("local function f(s) return (s:gsub('.', f)) end f('x')").Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_error_inside_a_coroutine_keeps_its_line_on_its_way_out()
    {
        LuaScriptException failure = ScriptRun.FailureOf(
            """
            local co = coroutine.wrap(function()
              coroutine.yield()
              error('inside')
            end)
            co()
            co()
            """);

        Assert.Equal("test:6: test:3: inside", failure.Message);
        Assert.Contains("test:6: in main chunk", failure.Traceback, StringComparison.Ordinal);
    }

    [Fact]
    public void A_script_can_take_the_traceback_of_a_coroutine_and_through_xpcall()
    {
        string output = ScriptRun.OutputOf(
            """
            local co = coroutine.create(function()
              io.write(nil)
            end)
            local ok, message = coroutine.resume(co)
            print(ok, message)
            print(debug.traceback(co))
            print(select(2, xpcall(function() io.write({}) end, debug.traceback)))
            """);

        Assert.StartsWith("false\ttest:2: bad argument #1 to 'write' (string expected, got nil)\n", output, StringComparison.Ordinal);
        Assert.Contains("test:2: in function <test:1>", output, StringComparison.Ordinal);
        Assert.Contains("test:7: bad argument #1 to 'write' (string expected, got table)", output, StringComparison.Ordinal);
    }

    [Fact]
    public void The_hosts_own_code_shows_as_one_line_without_a_number()
    {
        LuaScriptException failure = ScriptRun.FailureOf("local function f()\n  io.stdout:write({})\nend\nf()");

        Assert.Equal("test:2: bad argument #1 to 'write' (string expected, got table)", failure.Message);
        Assert.Equal(
            "stack traceback:\n\t[llmspell]: in method 'write'\n\ttest:2: in local 'f'\n\ttest:4: in main chunk", failure.Traceback);
    }

    [Fact]
    public void A_script_that_replaces_the_globals_cannot_break_the_host()
    {
        ScriptRun run = new();
        using LuaHost host = new(run.Options());

        Assert.Throws<LuaScriptException>(() => host.RunString(
            "local p = print for k in pairs(_G) do if k ~= '_G' then _G[k] = nil end end p('gone') debug = nil local x = nil + 1", "test"));
        LuaScriptException failure = Assert.Throws<LuaScriptException>(() => host.RunString("nothing()", "after"));

        Assert.Equal("gone\n", run.Output);
        Assert.Equal("after:1: attempt to call a nil value (global 'nothing')", failure.Message);
    }

    [Fact]
    public void Warnings_go_to_the_error_stream_once_they_are_switched_on()
    {
        ScriptRun run = ScriptRun.Of(
            "warn('off') warn('@on') warn('a', 'b') warn('@what') warn('@off') warn('off again') warn('@on') warn('@off', 'x')");

        Assert.Equal("Lua warning: ab\nLua warning: @offx\n", run.Error);
        Assert.Equal("", run.Output);
    }
}
