using System.Text;
using LlmSpell.Cli.Configuration.Settings;

namespace LlmSpell.Cli.Tests.Configuration;

/// <summary>The tables of docs/configuration.md, made from the table of settings.</summary>
internal static class SettingReference
{
    public const string Start = "<!-- settings: made from the table of settings; a test compares -->";
    public const string End = "<!-- end of settings -->";

    public static string Markdown()
    {
        var text = new StringBuilder();
        foreach (SettingSection section in SettingTable.Sections)
        {
            text.Append("\n### `").Append(section).Append("`\n\n").Append(section.Description).Append("\n\n");
            text.Append("| key | allowed | default | what it does |\n| --- | --- | --- | --- |\n");
            foreach (Setting setting in SettingTable.In(section))
            {
                AppendRow(text, setting);
            }
        }

        return text.Append('\n').ToString();
    }

    private static void AppendRow(StringBuilder text, Setting setting)
    {
        string remarks = string.Concat(setting.Remarks.Select(remark => $"<br>{remark}."));
        string standard = setting.DefaultSource is { } source ? $"`{source}`" : "none";
        text.Append($"| `{setting.Name}` | {setting.Allowed} | {standard} | {setting.Description}{remarks} |\n");
    }
}
