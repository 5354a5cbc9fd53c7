using System.Text.Unicode;

namespace LlmSpell.Cli.Hosting;

/// <summary>
/// Arguments that are no UTF-8. .NET puts U+FFFD in place of the bytes that it cannot read, so that another key or value than the one
/// that was meant would be stored, and several that differ would be the same.
/// </summary>
internal static class ArgumentBytes
{
    private const char Replacement = '\uFFFD';
    private const string OfProcess = "/proc/self/cmdline";

    /// <returns>The first such argument of this process, as .NET reads it; null if all are text, or where the system does not tell.</returns>
    public static string? FirstThatIsNoText(IReadOnlyList<string> arguments)
    {
        if (!OperatingSystem.IsLinux() || !arguments.Any(static argument => argument.Contains(Replacement, StringComparison.Ordinal)))
        {
            return null;
        }

        try
        {
            return FirstThatIsNoText(arguments, File.ReadAllBytes(OfProcess));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <param name="arguments">As .NET reads them.</param>
    /// <param name="commandLine">The bytes of all, each ended by NUL; before them stands what started the program.</param>
    public static string? FirstThatIsNoText(IReadOnlyList<string> arguments, ReadOnlySpan<byte> commandLine)
    {
        string? first = null;
        int end = commandLine.Length - 1;
        for (int index = arguments.Count - 1; index >= 0 && end >= 0; index--)
        {
            int start = commandLine[..end].LastIndexOf((byte)0) + 1;
            if (!Utf8.IsValid(commandLine[start..end]))
            {
                first = arguments[index];
            }

            end = start - 1;
        }

        return first;
    }
}
