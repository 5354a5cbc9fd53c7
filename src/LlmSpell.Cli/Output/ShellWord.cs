namespace LlmSpell.Cli.Output;

/// <summary>A word in a command that people copy: as it is, or in quotes where a POSIX shell would make something else of it.</summary>
internal static class ShellWord
{
    private const string Plain = "_-./:@%+,=";

    public static string Of(string text)
    {
        string shown = SafeText.OneLine(text);
        return shown.Length > 0 && shown.All(static c => char.IsLetterOrDigit(c) || Plain.Contains(c, StringComparison.Ordinal))
            ? shown
            : $"'{shown.Replace("'", "'\\''", StringComparison.Ordinal)}'";
    }
}
