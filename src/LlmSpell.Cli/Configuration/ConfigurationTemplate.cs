using System.Text;
using LlmSpell.Cli.Configuration.Settings;

namespace LlmSpell.Cli.Configuration;

/// <summary>The file that <c>config init</c> writes: every setting with a comment, at its default; what does nothing yet is switched off.</summary>
internal static class ConfigurationTemplate
{
    private const int LineLength = 100;

    public static string Text()
    {
        var text = new StringBuilder();
        text.Append("# llmspell's configuration: every key, at its default. A key behind a # is not built yet; it shows its default, or an\n");
        text.Append("# example where it has none. Check changes with: llmspell config check\n");
        foreach (SettingSection section in SettingTable.Sections)
        {
            AppendSection(text, section);
        }

        return text.ToString();
    }

    private static void AppendSection(StringBuilder text, SettingSection section)
    {
        text.Append('\n');
        AppendComment(text, section.Description);
        text.Append(section).Append('\n');
        foreach (Setting setting in SettingTable.In(section).Where(setting => !setting.IsForeign))
        {
            text.Append('\n');
            AppendComment(text, setting.Description);
            AppendComment(text, $"Allowed: {setting.Allowed}.");
            string key = $"{setting.Name} = {setting.ExampleSource}";
            text.Append(setting.DefaultSource is null || !setting.IsBuilt ? $"# {key}\n" : $"{key}\n");
        }
    }

    private static void AppendComment(StringBuilder text, string comment)
    {
        var line = new StringBuilder("#");
        foreach (string word in comment.Split(' '))
        {
            if (line.Length + 1 + word.Length > LineLength)
            {
                text.Append(line).Append('\n');
                line.Clear().Append('#');
            }

            line.Append(' ').Append(word);
        }

        text.Append(line).Append('\n');
    }
}
