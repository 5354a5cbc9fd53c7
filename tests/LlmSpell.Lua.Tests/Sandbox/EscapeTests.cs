using LlmSpell.Testing;

namespace LlmSpell.Lua.Tests.Sandbox;

/// <summary>Each known way out of a Lua sandbox, tried.</summary>
public sealed class EscapeTests
{
    [Theory]
    [InlineData("return load('\\27Lua')")]
    [InlineData("return load('\\27Lua', 'x', 'b')")]
    [InlineData("return load(function() return nil end, 'x', 'b')")]
    [InlineData("local done return load(function() if not done then done = true return '\\27Lua' end end)")]
    [InlineData("return string.dump")]
    [InlineData("return ('').dump")]
    [InlineData("return dofile or loadfile or loadstring or module")]
    [InlineData("return os.execute or os.exit or os.getenv or os.remove or os.rename or os.setlocale or os.tmpname")]
    [InlineData("return io.open or io.popen or io.input or io.output or io.tmpfile or io.type or io.close")]
    [InlineData("return debug.getregistry or debug.getupvalue or debug.setupvalue or debug.getlocal or debug.sethook or debug.getinfo")]
    [InlineData("return debug.getmetatable or debug.setmetatable or debug.upvaluejoin or debug.getuservalue or debug.debug")]
    [InlineData("return package.loadlib or package.searchers or package.loaders or package.searchpath or package.cpath or package.path")]
    [InlineData("return package.loaded.io.open or package.loaded.os.execute or package.loaded.debug.getregistry or package.loaded._G.dofile")]
    [InlineData("return package.loaded.package.loadlib")]
    [InlineData("return _ENV.dofile or _G._G.dofile or getmetatable(_G) or getmetatable(_ENV)")]
    [InlineData("return load('return dofile or io.open or os.execute')()")]
    [InlineData("return load('return dofile', 'x', 't', setmetatable({}, { __index = _G }))()")]
    [InlineData("return getmetatable('') or getmetatable(io.stdout) or getmetatable(io.stdin)")]
    [InlineData("return getmetatable(print) or getmetatable(nil) or getmetatable(1) or getmetatable(coroutine.create(print))")]
    [InlineData("return io.stdout.open or io.stdout.popen or io.stdout.execute or io.stdout.__gc or io.stdout.__index")]
    [InlineData("return select(2, io.stdout:close()) ~= 'cannot close standard file'")]
    [InlineData("return type(select(2, pcall(error, setmetatable({}, { __index = _ENV })))) ~= 'table'")]
    [InlineData("return coroutine.wrap(function() return io.open or debug.getregistry end)()")]
    [InlineData("local t = coroutine.create(function() local secret = 1 coroutine.yield() end) coroutine.resume(t) return debug.getlocal")]
    [InlineData("return pcall(collectgarbage, 'stop') or pcall(collectgarbage, 'incremental') or pcall(collectgarbage, 'generational')")]
    [InlineData("return pcall(collectgarbage, 'setpause', 10000) or pcall(collectgarbage, 'restart')")]
    [InlineData("return pcall(io.lines, '/etc/passwd')")]
    [InlineData("return pcall(setmetatable, '', {})")]
    [InlineData("return pcall(rawset, '', '__index', {})")]
    public void The_way_out_is_closed(string code)
    {
        ScriptRun run = ScriptRun.With($"local function try() {code} end local result = try() print(not result)", sandbox: true);

        Assert.Equal("true\n", run.Succeeded());
    }

    [Fact]
    public void What_others_wrote_to_the_file_behind_standard_output_stays()
    {
        using TemporaryFolder folder = new();
        using (FileStream output = new(folder["log"], FileMode.Create, FileAccess.ReadWrite))
        {
            output.Write("theirs "u8);
            using LuaHost host = new(new LuaHostOptions { Sandbox = true, Output = output });
            host.RunString("local _, why, number = io.stdout:seek('set', 0) print('mine', why, number)", "test");
        }

        Assert.Equal("theirs mine\tIllegal seek\t29\n", File.ReadAllText(folder["log"]));
    }

    [Theory]
    [InlineData("/etc/passwd")]
    [InlineData("../secret")]
    [InlineData("..secret")]
    [InlineData("a..secret")]
    [InlineData(".secret")]
    [InlineData("secret.")]
    [InlineData("a/secret")]
    [InlineData("sec\\0ret")]
    [InlineData("secret;x")]
    [InlineData("")]
    [InlineData("se?cret")]
    [InlineData("~")]
    public void Require_takes_no_name_that_leads_elsewhere(string name)
    {
        using TemporaryFolder folder = new();
        folder.Write("secret.lua", "return 'secret'");
        folder.Write("lib/x.lua", "");

        LuaScriptException failure = ScriptRun.With($"require('{name}')", sandbox: true, modulePath: folder["lib/?.lua"]).Failure!;

        Assert.StartsWith("test:1: module name '", failure.Message, StringComparison.Ordinal);
        Assert.Contains("is not allowed", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_path_of_the_script_s_own_changes_nothing()
    {
        using TemporaryFolder folder = new();
        folder.Write("secret.lua", "return 'secret'");

        Assert.Equal("false\n", ScriptRun.With(
            $"package.path = '{folder["?.lua"]}' package.searchers = {{ function() end }} print((pcall(require, 'secret')))", sandbox: true).Succeeded());
    }

    [Fact]
    public void A_module_lives_in_the_same_sandbox()
    {
        using TemporaryFolder folder = new();
        folder.Write("m.lua", "return tostring(io.open or os.execute or debug.getregistry or dofile or package.loadlib)");
        folder.Write("precompiled.lua", "\u001bLua");

        Assert.Equal("nil\nfalse\n", ScriptRun.With(
            "print((require('m'))) print((pcall(require, 'precompiled')))",
            sandbox: true,
            modulePath: folder["?.lua"]).Succeeded());
    }

    [Fact]
    public void A_precompiled_script_is_refused()
    {
        using TemporaryFolder folder = new();
        string path = folder["script"];
        ScriptRun.OutputOf($"io.open('{path}', 'wb'):write(string.dump(function() print('ran') end)):close()");
        using LuaHost host = new(new LuaHostOptions { Sandbox = true });

        LuaScriptException failure = Assert.Throws<LuaScriptException>(() => host.RunFile(path));

        Assert.Equal(LuaFailureKind.Syntax, failure.Kind);
        Assert.Contains("attempt to load a binary chunk (mode is 't')", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Permissions_that_are_granted_besides_open_nothing()
    {
        Assert.Equal("nil\tnil\n", ScriptRun.With("print(io.open, os.execute)", sandbox: true, files: true, processes: true).Succeeded());
    }

    [Fact]
    public void Warnings_and_tracebacks_show_text_only()
    {
        ScriptRun run = ScriptRun.With("warn('@on') warn('careful') print(type(debug.traceback('x')))", sandbox: true);

        Assert.Equal("string\n", run.Succeeded());
        Assert.Equal("Lua warning: careful\n", run.Error);
    }

    [Fact]
    public void State_and_the_rest_of_the_language_work()
    {
        Assert.Equal("7\tX\t3\ttrue\t1\n", ScriptRun.With(
            """
            State.save('global', 'n', 7)
            collectgarbage() collectgarbage('step')
            print(State.load('global', 'n'), ('x'):upper(), #table.pack(1, 2, 3), collectgarbage('count') > 0, coroutine.wrap(function() return 1 end)())
            """,
            sandbox: true).Succeeded());
    }
}
