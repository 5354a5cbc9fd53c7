using LlmSpell.Cli.Tests.Commands;
using LlmSpell.Testing;

namespace LlmSpell.Cli.Tests.Repl;

/// <summary>Sessions behind a pipe: what is printed, and what the exit code says.</summary>
public sealed class SessionTests : IDisposable
{
    private readonly CommandLineFixture _fixture = new();

    public void Dispose() => _fixture.Dispose();

    [Theory]
    [InlineData("1", "1")]
    [InlineData("1.0", "1.0")]
    [InlineData("1e100, -0.0, 2^53, 1/0, -1/0, 0/0", "1e+100  -0.0  9.007199254741e+15  math.huge  -math.huge  nan")]
    [InlineData("math.mininteger, true, nil", "-9223372036854775808  true  nil")]
    [InlineData("'a\"b\\\\\\n\\t\\0\\27é日\\u{202e}\\xff'", "\"a\\\"b\\\\\\n\\t\\x00\\x1bé日\\u{202e}\\xff\"")]
    [InlineData("= 1 + 1", "2")]
    [InlineData("-- nothing", "")]
    [InlineData("local x = 1", "")]
    [InlineData("{}", "{}")]
    [InlineData("{1, 'x', {2, 3}}", "{1, \"x\", {2, 3}}")]
    [InlineData("{1, nil, 3}", "{1, [3] = 3}")]
    [InlineData("{b = 1, a = 2, ['a b'] = 3, ['end'] = 4, [-1] = 5, [1.5] = 6, [true] = 7, 8}", "{8, [-1] = 5, [1.5] = 6, a = 2, [\"a b\"] = 3, b = 1, [\"end\"] = 4, [true] = 7}")]
    [InlineData("setmetatable({}, {__tostring = function() return 'mine' end})", "mine")]
    [InlineData("{setmetatable({}, {__tostring = function() return 'a\\nb' end})}", "{a\\nb}")]
    [InlineData("setmetatable({1}, {__index = function() error('no') end, __len = error, __pairs = error})", "{1}")]
    public void Values_are_printed_as_Lua(string input, string expected)
    {
        Assert.Equal(expected.Length == 0 ? "" : expected + "\n", Output(input));
    }

    [Fact]
    public void Functions_and_userdata_are_shown_by_their_address()
    {
        Assert.Matches(@"^\{f = <function 0x[0-9a-f]+>, t = <thread 0x[0-9a-f]+>\}\n$", Output("{f = print, t = coroutine.create(print)}"));
        Assert.Matches(@"^file \(0x[0-9a-f]+\)\n$", Output("io.stdout"));
    }

    [Fact]
    public void A_tostring_that_fails_or_returns_no_text_is_told()
    {
        Assert.Matches(
            @"^<table 0x[0-9a-f]+, whose __tostring failed: input:1: no>\n$", Output("setmetatable({}, {__tostring = function() error('no') end})"));
        Assert.Matches(
            @"^<table 0x[0-9a-f]+, whose __tostring returned a table value>\n$", Output("setmetatable({}, {__tostring = function() return {} end})"));
    }

    [Fact]
    public void A_table_that_contains_itself_says_where()
    {
        Assert.Equal("{a = {up = <_>}, list = {{self = <_.list[1]>}}}\n", Output(
            "t = {a = {}, list = {{}}} t.a.up = t t.list[1].self = t.list[1]", "t"));
    }

    [Fact]
    public void What_does_not_fit_on_a_line_gets_a_line_for_each_field()
    {
        Assert.Equal(
            """
            {
              1, 2,
              name = "llmspell, with a name that takes some room on the line",
              nested = {
                long = "a text that is long enough not to fit in, together with the other",
                short = {1, 2}
              },
              other = {a = 1}
            }

            """,
            Output(
                "{1, 2, other = {a = 1}, name = 'llmspell, with a name that takes some room on the line', "
                + "nested = {short = {1, 2}, long = 'a text that is long enough not to fit in, together with the other'}}"));
    }

    [Fact]
    public void Huge_values_are_cut()
    {
        Assert.EndsWith("  … 999,900 more\n}\n", Output("t = {} for i = 1, 1e6 do t[i] = i end", "t"), StringComparison.Ordinal);
        Assert.EndsWith("  n = 7,\n  … 999,900 more\n}\n", Output("t = {} for i = 1, 1e6 do t[i] = i end t.n = 7", "t"), StringComparison.Ordinal);
        Assert.Contains("more\n}\n", Output("t = {} for i = 1, 1e6 do t['k' .. i] = i end", "t"), StringComparison.Ordinal);
        Assert.Contains("{{…}}", Output("t = {} for i = 1, 1e4 do t = {t} end", "t"), StringComparison.Ordinal);
        Assert.Contains("\"… (1,000,000 bytes)\n", Output("('x'):rep(1000000)"), StringComparison.Ordinal);
        Assert.EndsWith("\n… 950 more values\n", Output("t = {} for i = 1, 1000 do t[i] = i end", "table.unpack(t)"), StringComparison.Ordinal);
    }

    [Fact]
    public void Input_goes_on_until_it_is_whole()
    {
        Assert.Equal("3\n4\n", Output("x =", "3", "function f()", "", "  return x", "end", "f()", "[[", "]] and 1 +", "3"));
    }

    [Fact]
    public void Globals_stay_and_locals_do_not_and_the_last_value_is_kept()
    {
        Assert.Equal("nil\n2\n3\n3\n", Output("local x = 1 y = 2", "x", "y", "_ + 1", "print(_)"));
    }

    [Fact]
    public void What_a_session_does_to_its_path_stays()
    {
        Assert.Equal("\"mine\"\n", Output("package.path = 'mine'", "package.path"));
    }

    [Fact]
    public void A_module_in_the_working_folder_is_found()
    {
        Assert.Contains("no file './none.lua'", Failed("require 'none'").Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_script_reads_the_lines_that_follow()
    {
        Assert.Equal("\"this line\"\n2\n", Output("io.read()", "this line", "1 + 1"));
    }

    [Fact]
    public void Unfinished_output_ends_before_a_value()
    {
        Assert.Equal("abc\n1\n", Output("io.write('abc') return 1"));
    }

    [Fact]
    public void State_is_that_of_the_configuration()
    {
        Assert.Equal("{1, 2}\n", Output("State.save('global', 'x', {1, 2})", "State.load('global', 'x')"));
        Assert.Equal("{1, 2}\n", Output("State.load('global', 'x')"));
    }

    [Fact]
    public void After_a_failure_the_session_goes_on_and_the_exit_code_tells()
    {
        CommandOutcome outcome = Failed("local function f() error('boom') end f()", "x = = 1", "error({})", "1");

        Assert.Equal("1\n", outcome.Output);
        Assert.StartsWith("input:1: boom\nstack traceback:\n", outcome.Error, StringComparison.Ordinal);
        Assert.Contains("in local 'f'", outcome.Error, StringComparison.Ordinal);
        Assert.Contains("input:1: unexpected symbol near '='\n", outcome.Error, StringComparison.Ordinal);
        Assert.Contains("(error object is a table value)\n", outcome.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("\e", outcome.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void An_error_cannot_take_the_terminal_over()
    {
        Assert.StartsWith("\\u{1b}[2J\n", Failed("error('\\27[2J', 0)").Error, StringComparison.Ordinal);
    }

    [Fact]
    public void An_end_in_the_middle_of_an_input_is_a_failure()
    {
        Assert.Contains("in the middle of something", Failed("x =").Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(".exit")]
    [InlineData("exit")]
    [InlineData(" quit ")]
    public void Some_words_leave(string word)
    {
        Assert.Equal("1\n", Output("1", word, "2"));
    }

    [Fact]
    public void A_word_that_a_script_uses_is_the_scripts()
    {
        Assert.Equal("5\n", Output("exit = 5", "exit"));
    }

    [Fact]
    public void Help_and_unknown_commands_are_told()
    {
        Assert.Contains("Ctrl-R", Output(".help"), StringComparison.Ordinal);
        Assert.Contains("there is no command .hlep", Failed(".hlep").Error, StringComparison.Ordinal);
        Assert.Equal("0.5\n", Output(".5"));
    }

    [Fact]
    public async Task On_a_terminal_without_an_editor_there_are_a_greeting_and_prompts()
    {
        _fixture.IsTerminal = true;
        _fixture.Input = "f = function()\nend\nio.write('x')\nerror('no')\n";

        CommandOutcome outcome = (await _fixture.RunAsync("repl")).Done();

        Assert.StartsWith("llmspell ", outcome.Output, StringComparison.Ordinal);
        Assert.Contains($"state in {Path.Combine(_fixture.Folder, ".llmspell")}", outcome.Output, StringComparison.Ordinal);
        Assert.Contains("\n> >> > x", outcome.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void The_session_in_the_documentation_goes_as_it_says()
    {
        string page = File.ReadAllText(Path.Combine(SourceTree.Root, "docs", "cli.md"));
        string[] sample = page.Split("## The REPL")[1].Split("```console\n")[1].Split("```")[0].Split('\n', StringSplitOptions.RemoveEmptyEntries);
        string[] inputs = [.. sample.Where(line => line.StartsWith("> ", StringComparison.Ordinal)).Select(line => line[2..])];
        // The command line and the greeting come first.
        string[] outputs = [.. sample.Skip(2).Where(line => !line.StartsWith("> ", StringComparison.Ordinal))];

        Assert.Equal((3, 2), (inputs.Length, outputs.Length));
        Assert.Equal(string.Join('\n', outputs) + "\n", Output(inputs));
    }

    [Fact]
    public async Task There_is_no_JSON_of_a_session()
    {
        CommandOutcome outcome = await _fixture.RunAsync("--output", "json", "repl");

        Assert.Equal(2, outcome.Code);
        Assert.Equal("usage", outcome.Json.GetProperty("error").GetProperty("kind").GetString());
    }

    [Theory]
    [InlineData("never", true)]
    [InlineData("always", false)]
    public async Task Failures_have_colours_as_the_command_line_wants_it(string color, bool isTerminal)
    {
        _fixture.Environment["TERM"] = "xterm";
        _fixture.IsTerminal = isTerminal;
        _fixture.Input = "error('no')\n";

        CommandOutcome outcome = await _fixture.RunAsync("--color", color, "repl");

        Assert.Contains("input:1: no", outcome.Error, StringComparison.Ordinal);
        Assert.Equal(color == "always", outcome.Error.Contains('\e', StringComparison.Ordinal));
    }

    [Fact]
    public async Task Hints_name_the_configuration_that_was_named()
    {
        _fixture.Write("other/o.toml", "");
        (await _fixture.RunAsync("-c", "other/o.toml", "state", "set", "s", "k", "1")).Done();
        string file = Assert.Single(Directory.GetFiles(Path.Combine(_fixture.Folder, "other"), "state.db", SearchOption.AllDirectories));
        File.WriteAllBytes(file, new byte[4096]);
        _fixture.Input = "State.load('s', 'k')\n";

        Assert.Contains("`llmspell -c other/o.toml backup restore", (await _fixture.RunAsync("-c", "other/o.toml", "repl")).Error, StringComparison.Ordinal);
    }

    private string Output(params string[] lines)
    {
        CommandOutcome outcome = Run(lines).Done();
        Assert.Empty(outcome.Error);
        return outcome.Output;
    }

    private CommandOutcome Failed(params string[] lines)
    {
        CommandOutcome outcome = Run(lines);
        Assert.Equal(1, outcome.Code);
        return outcome;
    }

    private CommandOutcome Run(string[] lines)
    {
        _fixture.Input = string.Join('\n', lines) + "\n";
        return _fixture.RunAsync("repl").GetAwaiter().GetResult();
    }
}
