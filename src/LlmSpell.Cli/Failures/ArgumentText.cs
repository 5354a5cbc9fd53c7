namespace LlmSpell.Cli.Failures;

/// <summary>The message of an exception for a wrong argument, as the part of a sentence.</summary>
internal static class ArgumentText
{
    public static string Of(ArgumentException error)
    {
        string text = error.Message.Split(" (Parameter", 2)[0].TrimEnd('.');
        return text.Length == 0 ? text : char.ToLowerInvariant(text[0]) + text[1..];
    }
}
