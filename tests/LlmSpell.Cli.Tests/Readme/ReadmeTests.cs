using System.Text.RegularExpressions;
using LlmSpell.Cli.Tests.Processes;
using LlmSpell.Testing;

namespace LlmSpell.Cli.Tests.Readme;

/// <summary>What the README shows is what happens.</summary>
public sealed class ReadmeTests
{
    private static readonly string Readme = File.ReadAllText(Path.Combine(SourceTree.Root, "README.md"));

    [Fact]
    public async Task The_ten_lines_print_what_the_README_says()
    {
        using TemporaryFolder folder = new();
        await File.WriteAllTextAsync(folder["jobs.lua"], Block("lua"), TestContext.Current.CancellationToken);
        string[] runs = Block("console").Split("$ llmspell run jobs.lua\n", StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(2, runs.Length);
        foreach (string expected in runs)
        {
            (int code, string output, string errors) = await CommandLineProcess.Start(folder.Path, "run", "jobs.lua").EndAsync();
            Assert.Equal((0, expected, ""), (code, output, errors));
        }
    }

    [Fact]
    public async Task The_configuration_is_one_that_works()
    {
        using TemporaryFolder folder = new();
        await File.WriteAllTextAsync(folder["llmspell.toml"], Block("toml"), TestContext.Current.CancellationToken);
        (int code, _, string errors) = await CommandLineProcess.Start(folder.Path, "config", "check").EndAsync();
        Assert.Equal(0, code);
        Assert.DoesNotContain("error", errors, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public void The_links_lead_somewhere()
    {
        MatchCollection links = Regex.Matches(Readme, @"\]\((?!https:)([^)#]+)\)");
        Assert.True(links.Count > 10);
        foreach (Match link in links)
        {
            Assert.True(Path.Exists(Path.Combine(SourceTree.Root, link.Groups[1].Value)), $"the README links to {link.Groups[1].Value}");
        }
    }

    [Fact]
    public void The_sample_in_CSharp_is_the_one_that_a_test_compiles()
    {
        string source = File.ReadAllText(Path.Combine(SourceTree.Root, "tests", "LlmSpell.Backup.Tests", "Operations", "ReadmeSampleTests.cs"));
        string compiled = Regex.Match(source, @"// README begins\n(.*?)\n *// README ends", RegexOptions.Singleline).Groups[1].Value;
        string shown = Regex.Replace(Block("csharp"), @"^using [\w.]+;\n", "", RegexOptions.Multiline);
        Assert.Equal(Unindented(shown.Replace("\".llmspell\"", "state", StringComparison.Ordinal).Replace("\"backups\"", "repository", StringComparison.Ordinal)), Unindented(compiled));
    }

    [Fact]
    public void The_table_of_times_has_the_figures_of_the_benchmarks()
    {
        string[] operations = ["Full backup", "Backup after 0.1 % changes", "Backup after 1 % changes", "Verify", "Restore"];
        string[][] table = [.. Rows(Section(Readme, "## How fast\n", "\n## ")).Skip(1)];
        Assert.Contains(table, row => row[0] == "llmspell");
        Assert.True(table.Length > 5);
        string benchmarks = File.ReadAllText(Path.Combine(SourceTree.Root, "docs", "benchmarks.md"));
        foreach (string[] row in table)
        {
            string[] measured =
            [
                row[0],
                .. operations.Select(operation => Rows(Section(benchmarks, $"### {operation}\n", "\n### ")).Single(line => line[0] == row[0])[1]),
            ];
            Assert.Equal(measured, row);
        }
    }

    private static string Section(string page, string begin, string end)
    {
        int start = page.IndexOf(begin, StringComparison.Ordinal);
        Assert.True(start >= 0, $"there is no {begin}");
        return page[start..page.IndexOf(end, start + begin.Length, StringComparison.Ordinal)];
    }

    /// <summary>The cells of the lines of a table, without the line under its head.</summary>
    private static IEnumerable<string[]> Rows(string section) => section.Split('\n')
        .Where(line => line.StartsWith("| ", StringComparison.Ordinal) && !line.StartsWith("| --", StringComparison.Ordinal))
        .Select(line => line.Trim('|').Split('|').Select(cell => cell.Trim(' ', '*')).ToArray());

    private static string Unindented(string code) =>
        string.Join('\n', code.Split('\n').Select(line => line.Trim()).Where(line => line.Length > 0));

    /// <summary>The first block of code of a language.</summary>
    private static string Block(string language) => Regex.Match(Readme, $"```{language}\n(.*?)```", RegexOptions.Singleline).Groups[1].Value;
}
