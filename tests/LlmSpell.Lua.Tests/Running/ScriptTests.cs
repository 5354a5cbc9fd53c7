using System.Text;
using LlmSpell.State;
using LlmSpell.Testing;

namespace LlmSpell.Lua.Tests.Running;

public sealed class ScriptTests
{
    [Fact]
    public void Arguments_are_in_arg_and_in_the_varargs()
    {
        using TemporaryFolder folder = new();
        string script = folder.Write("args.lua", "print(arg[0] == ...) print(#arg, arg[1], arg[2]) print(select('#', ...), ...)");

        Assert.Equal("false\n2\tone\tzwei ü\n2\tone\tzwei ü\n", ScriptRun.OfFile(script, "one", "zwei ü").Output);
        Assert.Equal($"{script}\n", ScriptRun.OfFile(folder.Write("name.lua", "print((arg[0]:gsub('name', 'args')))")).Output);
    }

    [Fact]
    public void Arguments_of_one_run_do_not_linger_in_the_next()
    {
        ScriptRun run = new();
        using LuaHost host = new(run.Options());
        host.RunString("x = 1 print(#arg, ...)", "first", "a", "b");
        host.RunString("print(x, #arg, ...)", "second");

        Assert.Equal("2\ta\tb\n1\t0\n", run.Output);
    }

    [Theory]
    [InlineData("#!/usr/bin/env llmspell\nprint(debug.getinfo(1, 'l').currentline)", "2\n")]
    [InlineData("#!/usr/bin/env llmspell\r\nprint(debug.getinfo(1, 'l').currentline)\r\n", "2\n")]
    [InlineData("\uFEFF#!/bin/llmspell\nprint 'both'", "both\n")]
    [InlineData("\uFEFFprint 'mark'", "mark\n")]
    [InlineData("# only this line", "")]
    [InlineData("", "")]
    [InlineData("print('a')\r\nprint(debug.getinfo(1, 'l').currentline)\r\n", "a\n2\n")]
    public void What_precedes_the_code_and_how_lines_end_does_not_matter(string content, string expected)
    {
        using TemporaryFolder folder = new();

        ScriptRun run = ScriptRun.OfFile(folder.Write("script.lua", content));

        Assert.Null(run.Failure);
        Assert.Equal(expected, run.Output);
    }

    [Fact]
    public void Scripts_are_bytes_whatever_their_encoding()
    {
        using TemporaryFolder folder = new();
        string script = folder.Write("latin1.lua", [.. "print(#'"u8, 0xE4, 0x00, 0xFF, .. "')"u8]);

        Assert.Equal("3\n", ScriptRun.OfFile(script).Output);
    }

    [Fact]
    public void Require_finds_modules_beside_the_script_before_any_other()
    {
        using TemporaryFolder folder = new();
        folder.Write("one.lua", "return { name = 'one', file = select(2, ...) }");
        folder.Write("two/init.lua", "return 'two'");
        folder.Write("sub/three.lua", "return 'three'");
        string script = folder.Write(
            "main.lua", "print(require('one').name, require('two'), (require('sub.three'))) print((package.path:match('[^;]*')))");

        ScriptRun run = ScriptRun.OfFile(script);

        Assert.Null(run.Failure);
        Assert.Equal($"one\ttwo\tthree\n{folder.Path}/?.lua\n", run.Output);
    }

    [Fact]
    public void Require_looks_beside_the_script_of_each_run_and_not_of_the_one_before()
    {
        using TemporaryFolder folder = new();
        folder.Write("a/m1.lua", "return 'a'");
        folder.Write("b/m2.lua", "return 'b'");
        string first = folder.Write("a/main.lua", "print(require 'm1')");
        string second = folder.Write("b/main.lua", "print(require 'm2', pcall(require, 'm3')) package = nil");
        ScriptRun run = new();
        using LuaHost host = new(run.Options());

        host.RunFile(first);
        host.RunFile(second);
        host.RunFile(first);

        Assert.StartsWith("a\t", run.Output);
        Assert.DoesNotContain(Path.Combine(folder.Path, "a", "m3"), run.Output, StringComparison.Ordinal);
        Assert.Contains(Path.Combine(folder.Path, "b", "m3.lua"), run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_script_is_named()
    {
        using TemporaryFolder folder = new();
        string path = Path.Combine(folder.Path, "nowhere", "gone.lua");

        StateNotFoundException failure = Assert.Throws<StateNotFoundException>(() => ScriptRun.OfFile(path));

        Assert.Equal($"cannot open the script '{path}': there is no such file", failure.Message);
    }

    [Fact]
    public void A_folder_is_not_a_script()
    {
        using TemporaryFolder folder = new();

        StateStorageException failure = Assert.Throws<StateStorageException>(() => ScriptRun.OfFile(folder.Path));

        Assert.Equal($"cannot open the script '{folder.Path}': it is a folder", failure.Message);
    }

    [Fact]
    public void A_missing_argument_is_refused_before_anything_runs()
    {
        ScriptRun run = new();
        using LuaHost host = new(run.Options());

        Assert.Throws<ArgumentNullException>("arguments", () => host.RunString("print('ran')", "test", "a", null!));
        Assert.Throws<ArgumentNullException>("arguments", () => host.RunString("print('ran')", "test", arguments: null!));
        host.RunString("print(arg)", "test");

        Assert.StartsWith("table:", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_host_runs_on_after_a_script_that_failed()
    {
        ScriptRun run = new();
        using LuaHost host = new(run.Options());
        for (int i = 0; i < 100; i++)
        {
            Assert.Throws<LuaScriptException>(() => host.RunString("kept = (kept or 0) + 1 error('no')", "failing"));
        }

        host.RunString("print(kept)", "after");

        Assert.Equal("100\n", run.Output);
    }

    [Fact]
    public void A_disposed_host_refuses_to_run()
    {
        LuaHost host = new(new ScriptRun().Options());
        host.Dispose();
        host.Dispose();

        Assert.Throws<ObjectDisposedException>(() => host.RunString("print(1)", "test"));
    }

    [Fact]
    public void A_host_can_be_disposed_again_after_its_output_was_closed()
    {
        using TemporaryFolder folder = new();
        string path = Path.Combine(folder.Path, "output");
        LuaHost host;
        using (FileStream output = File.Create(path))
        {
            host = new LuaHost(new LuaHostOptions { Output = output });
            host.RunString("io.write('all of it')", "test");
            host.Dispose();
        }

        host.Dispose();

        Assert.Equal("all of it", File.ReadAllText(path));
    }

    [Fact]
    public void Finalizers_run_when_the_host_is_disposed_and_their_output_arrives()
    {
        ScriptRun run = new();
        using (LuaHost host = new(run.Options()))
        {
            host.RunString("keep = setmetatable({}, { __gc = function() print('finalized') end })", "test");
            Assert.Equal("", run.Output);
        }

        Assert.Equal("finalized\n", run.Output);
    }

    [Fact]
    public void Hosts_on_several_threads_do_not_disturb_each_other()
    {
        string[] outputs = new string[4];
        Parallel.For(0, outputs.Length, i => outputs[i] = ScriptRun.OutputOf(
            $"local t = {{}} for n = 1, 20000 do t[n] = n * {i} end local s = 0 for _, v in ipairs(t) do s = s + v end print(s)"));

        Assert.Equal(Enumerable.Range(0, 4).Select(i => $"{200010000L * i}\n"), outputs);
    }

    [Fact]
    public void Source_from_elsewhere_runs_as_a_file_does()
    {
        using MemoryStream output = new();
        using LuaHost host = new(new LuaHostOptions { Output = output });

        host.RunSource(Encoding.UTF8.GetBytes("\uFEFF#!/usr/bin/env llmspell\nprint(arg[0], ..., debug.getinfo(1, 'l').currentline)"), "stdin", "one");

        Assert.Equal("stdin\tone\t2\n", Encoding.UTF8.GetString(output.ToArray()));
    }
}
