using System.Text.Json;
using System.Text.RegularExpressions;
using LlmSpell.Backup;
using LlmSpell.Testing;

namespace LlmSpell.Cli.Tests.Commands;

/// <summary>Pins, labels, the plan and the calendar on the command line.</summary>
public sealed class RetentionCommandTests : IDisposable
{
    private readonly CommandLineFixture _fixture = new();

    public void Dispose() => _fixture.Dispose();

    [Fact]
    public async Task Labels_are_listed_and_filtered_by()
    {
        string prod = await CreateAsync("--label", "env=prod", "--label", "note=a=b, c");
        string test = await CreateAsync("--label", "env=test");
        string none = await CreateAsync();

        Assert.Equal([prod, test, none], await ListedAsync());
        Assert.Equal([prod, test], await ListedAsync("--label", "env"));
        Assert.Equal([test], await ListedAsync("--label", "env=test"));
        Assert.Equal([prod], await ListedAsync("--label", "env=prod", "--label", "note=a=b, c"));
        Assert.Empty(await ListedAsync("--label", "env=prod", "--label", "env=test"));
        string list = (await _fixture.RunAsync("backup", "list")).Done().Output;
        Assert.Contains("LABELS", list, StringComparison.Ordinal);
        Assert.Contains("env=prod, note=a=b, c", list, StringComparison.Ordinal);
        Assert.Contains("label:        env=test", (await _fixture.RunAsync("backup", "show", test)).Done().Output, StringComparison.Ordinal);
        Assert.Contains("has these labels", (await _fixture.RunAsync("backup", "list", "--label", "no")).Done().Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("env", "has no value")]
    [InlineData("Env=x", "the name \"Env\"")]
    [InlineData("=x", "the name \"\"")]
    [InlineData("a=1 a=2", "given twice")]
    public async Task What_is_no_label_is_a_usage_error(string labels, string problem)
    {
        _fixture.Save("global", "a", 1L);
        CommandOutcome outcome = await _fixture.RunAsync(["backup", "create", .. labels.Split(' ').SelectMany(label => new[] { "--label", label })]);
        Assert.Equal(2, outcome.Code);
        Assert.Contains(problem, outcome.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Path.Combine(_fixture.Folder, "backups")));
    }

    [Fact]
    public async Task A_pin_is_shown_with_its_reason_and_keeps_its_backup()
    {
        string first = await CreateAsync();
        Assert.Empty((await _fixture.RunAsync("backup", "pin", "latest", "--reason", "the release")).Done().Output);
        await CreateAsync();
        CommandOutcome again = (await _fixture.RunAsync("backup", "pin", first, "--reason", "other")).Done();
        Assert.Contains("is pinned already", again.Error, StringComparison.Ordinal);
        Assert.Contains("the release", again.Error, StringComparison.Ordinal);
        Assert.Contains("the release", (await _fixture.RunAsync("backup", "list")).Done().Output, StringComparison.Ordinal);
        Assert.Matches("pinned: +since .*: the release", (await _fixture.RunAsync("backup", "show", first)).Done().Output);

        _fixture.Write("llmspell.toml", "[runtime.state_persistence.backup]\nkeep_last = 1\n");
        JsonElement plan = (await _fixture.RunAsync("--output", "json", "backup", "cleanup", "--dry-run")).Done().Json;
        JsonElement decision = plan.GetProperty("decisions")[1];
        Assert.Equal(first, decision.GetProperty("id").GetString());
        Assert.Equal(["pinned"], Rules(decision));

        (await _fixture.RunAsync("backup", "unpin", first)).Done();
        Assert.Contains("was not pinned", (await _fixture.RunAsync("backup", "unpin", first)).Done().Error, StringComparison.Ordinal);
        plan = (await _fixture.RunAsync("--output", "json", "backup", "cleanup", "--yes")).Done().Json;
        Assert.Equal(1, plan.GetProperty("deleted_count").GetInt32());
        Assert.Equal(["not_kept"], Rules(plan.GetProperty("decisions")[1]));
        Assert.Equal(4, (await _fixture.RunAsync("backup", "pin", first)).Code);
    }

    [Fact]
    public async Task The_calendar_has_a_row_for_each_backup_and_says_what_it_assumes()
    {
        string first = await CreateAsync();
        string second = await CreateAsync();
        _fixture.Write("llmspell.toml", "[runtime.state_persistence.backup]\nkeep_daily = 3\n");

        string none = (await _fixture.RunAsync("backup", "calendar")).Done().Output;
        Assert.Matches($"(?m)^{second}  .*  keep_daily  keep_daily +keep_daily +keep_daily$", none);
        Assert.Matches($"(?m)^{first}  .*  -  +-  +-  +-$", none);
        Assert.Contains("no backup is made until then", none, StringComparison.Ordinal);
        JsonElement daily = (await _fixture.RunAsync("--output", "json", "backup", "calendar", "--every", "24h")).Done().Json;
        JsonShape.AssertAsDocumented("backup calendar", daily);
        Assert.Equal([0, 3, 3, 3], daily.GetProperty("moments").EnumerateArray().Select(moment => moment.GetProperty("new_count").GetInt32()));
        (await _fixture.RunAsync("backup", "pin", first)).Done();
        string pinned = (await _fixture.RunAsync("backup", "calendar", "--every", "24h")).Done().Output;
        Assert.Matches($"(?m)^{first}  .*  pinned +pinned +pinned +pinned$", pinned);
        Assert.Contains("assumed: a backup every 24 h, ", pinned, StringComparison.Ordinal);
        CommandOutcome wrong = await _fixture.RunAsync("backup", "calendar", "--every", "5m");
        Assert.Equal(2, wrong.Code);
        Assert.Contains("from 1h to 8784h", wrong.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void The_page_names_every_rule()
    {
        string page = File.ReadAllText(Path.Combine(SourceTree.Root, "docs", "cli.md"));
        Match table = Regex.Match(page, "<!-- rules: .*? -->(.*?)<!-- end of rules -->", RegexOptions.Singleline);
        IEnumerable<string> named = table.Groups[1].Value.Split('\n').Where(line => line.StartsWith("| `", StringComparison.Ordinal))
            .SelectMany(line => Regex.Matches(line.Split('|')[1], "`([a-z_]+)`")).Select(match => match.Groups[1].Value);
        Assert.Equal(Enum.GetValues<RetentionRule>().Select(rule => rule.Code()), named);
    }

    private static string[] Rules(JsonElement decision) => [.. decision.GetProperty("rules").EnumerateArray().Select(rule => rule.GetString()!)];

    private async Task<string> CreateAsync(params string[] options)
    {
        _fixture.Save("global", "a", Random.Shared.NextInt64());
        return (await _fixture.RunAsync(["backup", "create", .. options])).Done().Output.Trim();
    }

    private async Task<string[]> ListedAsync(params string[] options)
    {
        JsonElement list = (await _fixture.RunAsync(["--output", "json", "backup", "list", .. options])).Done().Json;
        return [.. list.GetProperty("backups").EnumerateArray().Select(backup => backup.GetProperty("id").GetString()!)];
    }
}
