using System.Text.RegularExpressions;
using LlmSpell.Cli.Commands.Manual;
using LlmSpell.Cli.Commands.Parsing;
using LlmSpell.Cli.Tests.Commands;
using LlmSpell.Cli.Tests.Processes;

namespace LlmSpell.Cli.Tests.Help;

public sealed class ManualTests : IDisposable
{
    private readonly CommandLineFixture _fixture = new();

    public void Dispose() => _fixture.Dispose();

    [Fact]
    public async Task Every_command_has_a_page_and_they_refer_only_to_one_another()
    {
        await WriteAsync();
        string[] files = Directory.GetFiles(Path.Combine(_fixture.Folder, "man1"));

        Assert.Equal(
            CommandNames.Visible(new CommandTree().Root).Select(command => $"{CommandNames.FullName(command).Replace(' ', '-')}.1").Order(StringComparer.Ordinal),
            files.Select(Path.GetFileName).Order(StringComparer.Ordinal));
        foreach (string file in files)
        {
            string page = await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken);
            Assert.Matches("^\\.TH \"LLMSPELL[^\"]*\" 1 \"2026-03-01\" ", page);
            MatchCollection references = Regex.Matches(page, @"^\.BR (\S+) \(1\)", RegexOptions.Multiline);
            Assert.NotEmpty(references);
            Assert.All(references, reference => Assert.Contains($"{reference.Groups[1].Value.Replace(@"\-", "-", StringComparison.Ordinal)}.1", files.Select(Path.GetFileName)));
        }
    }

    [Fact]
    public async Task Pages_are_written_again_in_place_of_those_that_are_there()
    {
        await WriteAsync();
        string before = await File.ReadAllTextAsync(Path.Combine(_fixture.Folder, "man1", "llmspell.1"), TestContext.Current.CancellationToken);
        await WriteAsync();

        Assert.Equal(before, await File.ReadAllTextAsync(Path.Combine(_fixture.Folder, "man1", "llmspell.1"), TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_folder_that_cannot_be_is_an_error_with_a_fitting_hint()
    {
        _fixture.Write("man1", "a file");

        string error = (await _fixture.RunAsync("man", "man1")).FailedWith(7);
        Assert.Contains("Name a folder", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_formatter_finds_nothing_to_warn_of()
    {
        await WriteAsync();

        (int code, string output, string error) = await CommandLineProcess.Shell(
            Path.Combine(_fixture.Folder, "man1"),
            """
            if command -v mandoc >/dev/null; then mandoc -T lint -W warning *.1; status=$?
            elif command -v groff >/dev/null; then groff -man -ww -Tutf8 -z *.1; status=$?
            else exit 99; fi
            exit $status
            """).EndAsync();

        Assert.SkipWhen(code == 99, "neither mandoc nor groff is installed");
        Assert.Equal((0, "", ""), (code, output, error));
    }

    [Fact]
    public async Task A_date_that_no_calendar_has_is_named()
    {
        _fixture.Environment["SOURCE_DATE_EPOCH"] = "99999999999999";

        Assert.Contains("SOURCE_DATE_EPOCH", (await _fixture.RunAsync("man", "man1")).FailedWith(2), StringComparison.Ordinal);
        Assert.False(Directory.Exists(Path.Combine(_fixture.Folder, "man1")));
    }

    [Theory]
    [InlineData("plain", "plain")]
    [InlineData("--output", @"\-\-output")]
    [InlineData(@"a\b", @"a\eb")]
    [InlineData(".hidden", @"\&.hidden")]
    [InlineData("'quoted' \"twice\"", @"\(aqquoted\(aq \(dqtwice\(dq")]
    [InlineData("[ARGS…]", @"[ARGS\[u2026]]")]
    public void Nothing_in_a_text_means_anything_to_roff(string text, string escaped) => Assert.Equal(escaped, Roff.Text(text));

    private async Task WriteAsync()
    {
        _fixture.Environment["SOURCE_DATE_EPOCH"] = "1772366400";
        (await _fixture.RunAsync("man", "man1")).Done();
    }
}
