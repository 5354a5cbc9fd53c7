using System.Text.RegularExpressions;
using LlmSpell.Testing;

namespace LlmSpell.Cli.Tests.Documents;

/// <summary>The documents name only commands that the benchmarks have. They take too long to be run here.</summary>
public sealed partial class BenchmarkCommandTests
{
    [Theory]
    [InlineData("CONTRIBUTING.md", 6)]
    [InlineData("docs/benchmarks.md", 5)]
    public void A_document_names_commands_that_the_benchmarks_have(string page, int atLeast)
    {
        string program = File.ReadAllText(Path.Combine(SourceTree.Root, "bench", "LlmSpell.Bench", "Program.cs"));
        string[] commands = [.. Commands().Matches(File.ReadAllText(Path.Combine(SourceTree.Root, page))).Select(match => match.Groups[1].Value)];

        Assert.True(commands.Length >= atLeast, $"{page} names {commands.Length} commands of the benchmarks");
        Assert.All(commands, command => Assert.Contains($"case \"{command}\":", program, StringComparison.Ordinal));
    }

    [GeneratedRegex(@"LlmSpell\.Bench(?: --)? ([a-z]+)")]
    private static partial Regex Commands();
}
