using System.Text.RegularExpressions;
using LlmSpell.Cli.Configuration;
using LlmSpell.Cli.Configuration.Settings;
using LlmSpell.Testing;

namespace LlmSpell.Cli.Tests.Configuration;

public sealed class DocumentationTests : IDisposable
{
    private static readonly string Page = Path.Combine(SourceTree.Root, "docs", "configuration.md");

    private readonly ConfigurationFixture _fixture = new();

    public void Dispose() => _fixture.Dispose();

    [Fact]
    public void The_tables_of_the_page_are_those_of_the_product()
    {
        string page = File.ReadAllText(Page);
        int start = page.IndexOf(SettingReference.Start, StringComparison.Ordinal) + SettingReference.Start.Length + 1;
        int end = page.IndexOf(SettingReference.End, StringComparison.Ordinal);
        Assert.True(start > SettingReference.Start.Length && end >= start, "docs/configuration.md lost the marks around its tables");
        if (Environment.GetEnvironmentVariable("LLMSPELL_WRITE_DOCS") == "1")
        {
            File.WriteAllText(Page, page[..start] + SettingReference.Markdown() + page[end..]);
        }
        else
        {
            Assert.Equal(SettingReference.Markdown(), page[start..end]);
        }
    }

    [Fact]
    public void Every_TOML_sample_of_the_page_loads()
    {
        MatchCollection samples = Regex.Matches(File.ReadAllText(Page), "```toml\n(.*?)```", RegexOptions.Singleline);

        Assert.NotEmpty(samples);
        Assert.All(samples, sample => _fixture.LoadText(sample.Groups[1].Value));
    }

    [Fact]
    public void The_template_loads_without_a_notice_and_says_the_defaults()
    {
        LlmSpellConfiguration defaults = _fixture.Load();
        LlmSpellConfiguration fromTemplate = _fixture.LoadText(ConfigurationTemplate.Text());

        Assert.Empty(fromTemplate.Notices);
        Assert.Equal(defaults.State, fromTemplate.State);
        Assert.Equal(defaults.Backup, fromTemplate.Backup);
        Assert.All(ConfigurationTemplate.Text().Split('\n'), line => Assert.InRange(line.Length, 0, 140));
    }

    [Fact]
    public void The_examples_in_the_template_are_valid_when_switched_on()
    {
        string switchedOn = Regex.Replace(ConfigurationTemplate.Text(), "^# ([a-z_]+ = )", "$1", RegexOptions.Multiline);

        LlmSpellConfiguration configuration = _fixture.LoadText(switchedOn);

        Assert.All(configuration.Notices, notice => Assert.Contains("not built yet", notice.Message, StringComparison.Ordinal));
        Assert.Equal(
            SettingTable.Advised,
            configuration.Values.Where(value => value.Origin is not null).Select(value => value.Setting));
    }

    [Fact]
    public void Every_name_stands_once_in_its_section_and_every_default_is_accepted()
    {
        Assert.Equal(SettingTable.All.Count, SettingTable.All.Select(setting => setting.FullName).Distinct(StringComparer.Ordinal).Count());
        foreach (Setting setting in SettingTable.All.Where(setting => setting.DefaultSource is not null))
        {
            LlmSpellConfiguration configuration = _fixture.LoadText($"[{setting.Section.Name}]\n{setting.Name} = {setting.DefaultSource}\n");
            Assert.Empty(configuration.Notices);
        }
    }
}
