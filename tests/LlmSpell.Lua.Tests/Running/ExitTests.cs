namespace LlmSpell.Lua.Tests.Running;

public sealed class ExitTests
{
    [Theory]
    [InlineData("os.exit()", 0)]
    [InlineData("os.exit(true)", 0)]
    [InlineData("os.exit(false)", 1)]
    [InlineData("os.exit(0)", 0)]
    [InlineData("os.exit(7)", 7)]
    [InlineData("os.exit(3.0)", 3)]
    [InlineData("os.exit('5')", 5)]
    [InlineData("coroutine.wrap(function() os.exit(9) end)()", 9)]
    [InlineData("pcall(os.exit, 4)", 4)]
    public void The_handler_gets_the_code_after_the_output_was_flushed(string code, int expected)
    {
        ScriptRun run = new();
        (int Code, string Output)? seen = null;
        using LuaHost host = new(run.Options(exitHandler: exitCode => seen = (exitCode, run.Output)));

        run.Try(() => host.RunString("io.write('before ') " + code, "test"));

        Assert.Equal((expected, "before "), seen);
    }

    [Fact]
    public void Without_a_handler_it_is_an_error_that_says_so()
    {
        Assert.Equal(
            "test:1: os.exit is not available here: the program that runs this script has set no exit handler",
            ScriptRun.FailureOf("os.exit(1)").Message);
    }

    [Fact]
    public void A_wrong_code_is_an_error_at_the_callers_line()
    {
        ScriptRun run = new();
        using LuaHost host = new(run.Options(exitHandler: code => Assert.Fail($"left with {code}")));

        run.Try(() => host.RunString("\nos.exit({})", "test"));
        Assert.Equal("test:2: bad argument #1 to 'exit' (number expected, got table)", run.Failure!.Message);
        run.Try(() => host.RunString("os.exit(1.5)", "test"));
        Assert.Equal("test:1: bad argument #1 to 'exit' (number has no integer representation)", run.Failure!.Message);
    }

    [Fact]
    public void A_handler_that_returns_does_not_let_the_script_go_on()
    {
        ScriptRun run = new();
        using LuaHost host = new(run.Options(exitHandler: _ => { }));

        run.Try(() => host.RunString("print('a') os.exit(2) print('b')", "test"));

        Assert.Equal("a\n", run.Output);
        Assert.Equal("test:1: os.exit was called, but the program that runs this script went on", run.Failure!.Message);
    }

    [Fact]
    public void A_handler_that_throws_is_an_error_that_the_script_may_catch()
    {
        ScriptRun run = new();
        InvalidOperationException thrown = new("not now");
        using LuaHost host = new(run.Options(exitHandler: _ => throw thrown));

        run.Try(() => host.RunString("print(pcall(os.exit, 2)) os.exit(3)", "test"));

        Assert.StartsWith("false\t", run.Output, StringComparison.Ordinal);
        Assert.Same(thrown, run.Failure!.InnerException);
    }

    [Fact]
    public void A_handler_may_dispose_the_host()
    {
        ScriptRun run = new();
        LuaHost? host = null;
        host = new LuaHost(run.Options(exitHandler: _ => host!.Dispose()));

        run.Try(() => host.RunString("print('a') os.exit(2)", "test"));
        host.Dispose();

        Assert.Equal("a\n", run.Output);
        Assert.NotNull(run.Failure);
    }
}
