using LlmSpell.Testing;

namespace LlmSpell.Lua.Tests.Libraries;

public sealed class PermissionTests
{
    private const string FilesOff = "file access is switched off (runtime.security.allow_file_access = false)";
    private const string ProcessesOff = "starting processes is switched off (runtime.security.allow_process_spawn = false)";

    [Theory]
    [InlineData("io.open('x')")]
    [InlineData("io.open('x', 'w')")]
    [InlineData("io.lines('x')")]
    [InlineData("io.input('x')")]
    [InlineData("io.output('x')")]
    [InlineData("io.tmpfile()")]
    [InlineData("os.remove('x')")]
    [InlineData("os.rename('x', 'y')")]
    [InlineData("os.tmpname()")]
    [InlineData("loadfile('x')")]
    [InlineData("dofile('x')")]
    public void Without_file_access_no_function_reaches_a_file(string code)
    {
        Assert.Equal($"test:2: {FilesOff}", ScriptRun.With($"\n{code}", files: false).Failure!.Message);
    }

    [Fact]
    public void The_permission_is_asked_where_the_debug_library_does_not_reach()
    {
        Assert.Equal($"{FilesOff}\n", ScriptRun.With(
            "for i = 1, 9 do local name, native = debug.getupvalue(io.open, i) if name == 'open' then print((native('x'))) end end",
            files: false).Succeeded());
    }

    [Fact]
    public void Without_file_access_the_standard_streams_work_and_modules_are_found()
    {
        using TemporaryFolder folder = new();
        folder.Write("m.lua", "return 'module'");
        Assert.Equal("line\nmodule\tnil\n", ScriptRun.With(
            "io.stdout:write(io.read(), '\\n') print(require('m'), package.loadlib)",
            files: false,
            modulePath: folder["?.lua"],
            input: "line\n").Succeeded());
    }

    [Theory]
    [InlineData("os.execute('true')")]
    [InlineData("io.popen('true')")]
    public void Without_processes_none_is_started(string code)
    {
        Assert.Equal($"test:2: {ProcessesOff}", ScriptRun.With($"\n{code}", processes: false).Failure!.Message);
        Assert.Equal("false\n", ScriptRun.With("print(os.execute())", processes: false).Succeeded());
    }

    [Theory]
    [InlineData(false, true)]
    [InlineData(true, false)]
    public void Modules_in_C_could_do_what_is_off_and_are_off_too(bool files, bool processes)
    {
        Assert.Equal("nil\t2\t\n", ScriptRun.With(
            "print(package.loadlib, #package.searchers, package.cpath)", files: files, processes: processes).Succeeded());
    }
}
