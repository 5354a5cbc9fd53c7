using LlmSpell.Cli.Commands.Doctor;
using LlmSpell.Cli.Tests.Processes;
using LlmSpell.Testing;

namespace LlmSpell.Cli.Tests.Documents;

/// <summary>Every command in the documents runs: the blocks of a page one after another in one folder, as a reader would try them.</summary>
public sealed class DocumentCommandTests
{
    [Theory]
    [InlineData("operations.md", 10)]
    [InlineData("configuration.md", 1)]
    [InlineData("cli.md", 0)]
    public async Task The_commands_of_a_page_run(string page, int atLeast)
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("the pages show a Unix shell");
        }

        using TemporaryFolder tools = new();
        using TemporaryFolder folder = new();
        string program = tools.Write("llmspell", $"#!/bin/sh\nexec dotnet '{CommandLineProcess.Program}' \"$@\"\n");
        await Shell(tools.Path, $"chmod +x '{program}'");

        CommandBlock[] run = [.. CommandBlock.In(Page(page)).Where(block => block.NotRunBecause is null)];
        Assert.True(run.Length >= atLeast, $"docs/{page} has {run.Length} blocks of commands that are run");
        foreach (CommandBlock block in run)
        {
            (int code, string output, string error) = await Shell(
                folder.Path, $"set -eu\nPATH='{tools.Path}':$PATH\n{block.Before}\n{block.Commands}");
            string all = $"docs/{page}, line {block.Line}: exit code {code}\n{block.Commands}\n{output}\n{error}";
            Assert.True(code == 0, all);
            int from = 0;
            foreach (string expected in block.Expected)
            {
                int found = output.IndexOf(expected, from, StringComparison.Ordinal);
                Assert.True(found >= 0, $"no \"{expected}\" in the output of {all}");
                from = found + expected.Length;
            }
        }
    }

    [Fact]
    public void A_block_that_is_not_run_says_why()
    {
        foreach (string page in Directory.GetFiles(Path.Combine(SourceTree.Root, "docs"), "*.md"))
        {
            Assert.All(
                CommandBlock.In(File.ReadAllText(page)).Where(block => block.NotRunBecause is not null),
                block => Assert.True(block.NotRunBecause!.Length > 10, $"{page}, line {block.Line}"));
        }
    }

    [Fact]
    public void The_table_of_checks_names_each_of_them()
    {
        string page = Page("operations.md");
        int start = page.IndexOf("<!-- checks:", StringComparison.Ordinal);
        int end = page.IndexOf("<!-- end of checks -->", StringComparison.Ordinal);
        Assert.InRange(start, 0, end);
        Assert.Equal(
            DoctorChecks.All.Select(check => check.Name),
            page[start..end].Split('\n').Where(line => line.StartsWith("| `", StringComparison.Ordinal)).Select(line => line.Split('`')[1]));
    }

    private static string Page(string name) => File.ReadAllText(Path.Combine(SourceTree.Root, "docs", name));

    private static Task<(int Code, string Output, string Error)> Shell(string folder, string commands) =>
        CommandLineProcess.Shell(folder, commands).EndAsync();
}
