using LlmSpell.Cli.Hosting;

namespace LlmSpell.Cli.Output;

/// <summary>
/// What a terminal may be sent: the order of no-color.org and bixense.com/clicolors. <c>--color</c>, else <c>NO_COLOR</c>, else
/// <c>CLICOLOR_FORCE</c>, else colours on a terminal that has them.
/// </summary>
internal static class TerminalStyle
{
    public static bool HasColors(CommandLineHost host, ColorMode mode, bool isTerminal) => mode switch
    {
        ColorMode.Always => true,
        ColorMode.Never => false,
        _ when host.Environment("NO_COLOR") is { Length: > 0 } => false,
        _ when host.Environment("CLICOLOR_FORCE") is { Length: > 0 } and not "0" => true,
        _ => isTerminal && CanMoveCursor(host),
    };

    /// <summary>Whether a line can be drawn over, on a terminal.</summary>
    public static bool CanMoveCursor(CommandLineHost host) => host.Environment("TERM") is not (null or "" or "dumb");

    /// <summary>Whether characters beyond ASCII can be expected to look right. The console of Linux has few of them.</summary>
    public static bool HasUnicode(CommandLineHost host)
    {
        string locale = FirstSet(host, "LC_ALL", "LC_CTYPE", "LANG");
        return host.Environment("TERM") != "linux" &&
            locale.Replace("-", "", StringComparison.Ordinal).Contains("utf8", StringComparison.OrdinalIgnoreCase);
    }

    private static string FirstSet(CommandLineHost host, params ReadOnlySpan<string> variables)
    {
        foreach (string variable in variables)
        {
            if (host.Environment(variable) is { Length: > 0 } value)
            {
                return value;
            }
        }

        return "";
    }
}
