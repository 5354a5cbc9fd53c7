using LlmSpell.Cli.Configuration.Problems;

namespace LlmSpell.Cli.Tests.Configuration;

public sealed class SyntaxMistakeTests : IDisposable
{
    private readonly ConfigurationFixture _fixture = new();

    public void Dispose() => _fixture.Dispose();

    [Theory]
    [InlineData("enabled = yes", "enabled = yes is no value. Write enabled = true.")]
    [InlineData("enabled = False # off", "enabled = False is no value. Write enabled = false.")]
    [InlineData("path = ./state", "path = ./state is no value. Text stands between quotes: path = \"./state\".")]
    [InlineData("path = \"state", "the text has no closing quote. Close it with the quote that it begins with, in the same line.")]
    [InlineData("path \"state\"", "a value follows path without =. Write path = \"state\".")]
    [InlineData("path: \"state\"", "a value follows path without =. Write path = \"state\".")]
    [InlineData("path", "path has no value. Write path = and its value.")]
    [InlineData("path =", "path has no value. Write one after =, or remove the key.")]
    [InlineData("path = \"C:\\data\"", "\\ begins an escape in a text between double quotes. Write \\\\, or put the text between single quotes, where \\ is only \\.")]
    [InlineData("enabled = true, backend_type = \"sled\"", "there are two keys in one line. Give backend_type a line of its own.")]
    [InlineData("max_state_size_bytes = 007", "max_state_size_bytes = 007: a number does not begin with 0. Write max_state_size_bytes = 7.")]
    [InlineData("busy_timeout_ms = 30s", "busy_timeout_ms = 30s: a number has no unit. Write the number alone. Allowed: a whole number of milliseconds from 0 to 86400000.")]
    [InlineData("busy_timeout_ms = 99999999999999999999", "busy_timeout_ms = 99999999999999999999 is beyond what a number can be. Write one from -9223372036854775808 to 9223372036854775807. Allowed: a whole number of milliseconds from 0 to 86400000.")]
    public void A_mistake_is_told_as_people_see_it(string line, string expected)
    {
        ConfigurationProblem problem = _fixture.ProblemOf($"[runtime.state_persistence]\n{line}\n");

        Assert.Equal(2, problem.Place?.Line);
        Assert.Equal(expected, $"{problem.Message}. {problem.Hint}");
    }

    [Theory]
    [InlineData("[runtime.state_persistence", "the section has no closing ]. Write [runtime.state_persistence].")]
    [InlineData("[runtime.state_persistence] enabled = true", "a section stands alone in its line. Write [section], and its keys in the lines below.")]
    [InlineData("[[runtime.x]", "the section has no closing ]. Write [[runtime.x]].")]
    [InlineData("[runtime state]", "[runtime state] is no section. Its name is letters a to z, digits, _ and -, with dots between the parts, as in [runtime.state_persistence]; anything else in it stands between quotes.")]
    [InlineData("[runtime..x] # odd", "[runtime..x] # odd is no section. Its name is letters a to z, digits, _ and -, with dots between the parts, as in [runtime.state_persistence]; anything else in it stands between quotes.")]
    public void A_broken_section_is_one_problem(string line, string expected)
    {
        ConfigurationProblem problem = _fixture.ProblemOf($"{line}\nbackend_type = \"sqlite\"\n");

        Assert.Equal(1, problem.Place?.Line);
        Assert.Equal(expected, $"{problem.Message}. {problem.Hint}");
    }

    [Theory]
    [InlineData("a.b = 1\n[a]\nc = 2", 2, "a stands in line 1 already, as something else. Keep one of the two.")]
    [InlineData("a = 1\n[a]", 2, "a stands in line 1 already, as something else. Keep one of the two.")]
    [InlineData("[a.b]\n[a]\nb = 1", 3, "a.b stands in line 1 already, as something else. Keep one of the two.")]
    public void What_stands_there_already_as_something_else_is_named_with_its_line(string text, int line, string expected)
    {
        ConfigurationProblem problem = _fixture.ProblemOf(text + "\n");

        Assert.Equal(line, problem.Place?.Line);
        Assert.Equal(expected, $"{problem.Message}. {problem.Hint}");
    }

    [Theory]
    [InlineData("path = = \"x\"")]
    [InlineData("path = \"a\" \"b\"")]
    public void What_nothing_better_is_known_of_keeps_the_parsers_words(string line)
    {
        ConfigurationProblem problem = _fixture.ProblemOf($"[runtime.state_persistence]\n{line}\n");

        Assert.StartsWith("not valid TOML: ", problem.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("(token:", problem.Message, StringComparison.Ordinal);
    }
}
