using System.Globalization;

namespace LlmSpell.Cli.Hosting;

/// <summary>How many columns the terminal has. <see cref="Console"/> is asked only where asking leaves the terminal's modes alone.</summary>
internal static class TerminalWidth
{
    /// <returns>Columns, from <c>COLUMNS</c> or the terminal itself; null where neither says.</returns>
    public static int? OfProcess()
    {
        if (int.TryParse(Environment.GetEnvironmentVariable("COLUMNS"), NumberStyles.None, CultureInfo.InvariantCulture, out int columns) && columns > 0)
        {
            return columns;
        }

        if (OperatingSystem.IsWindows())
        {
            return Console.IsOutputRedirected ? null : Console.WindowWidth;
        }

        return OfDescriptor(1) ?? OfDescriptor(2);
    }

    private static int? OfDescriptor(int descriptor) => WindowSize.Of(descriptor) is { Columns: > 0 and int columns } ? columns : null;
}
