namespace LlmSpell.Cli.Configuration.Toml;

/// <summary>A value as it stands in the file. <see cref="Content"/> is a string, long, double or bool; null for the other kinds.</summary>
internal sealed record TomlValue(TomlValueKind Kind, object? Content, string Source, TextPlace Place)
{
    private const int LongestShown = 60;

    /// <summary>What a person wrote, on one line and cut to a readable length, with its kind: <c>the string "zstd"</c>.</summary>
    public string Describe()
    {
        string text = Source.ReplaceLineEndings(" ");
        if (text.Length > LongestShown)
        {
            text = text[..LongestShown] + "…";
        }

        return Kind switch
        {
            TomlValueKind.Text => $"the string {text}",
            TomlValueKind.Integer => $"the number {text}",
            TomlValueKind.Float => $"the decimal number {text}",
            TomlValueKind.Boolean => text,
            TomlValueKind.DateTime => $"the date {text}",
            TomlValueKind.Array => $"the list {text}",
            _ => "a table",
        };
    }
}
