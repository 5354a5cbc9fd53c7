using System.Globalization;

namespace LlmSpell.Cli.Commands.Parsing;

/// <summary>Reads times and sizes as people write them.</summary>
internal static class Amounts
{
    public const string Times = "a number with ms, s, m or h, as in 30s; without a unit seconds; 0 for no limit";

    public const string Sizes = "a number of bytes, or with K, M or G (times 1,024), as in 64M; 0 for no limit";

    private static readonly (string Unit, double Milliseconds)[] TimeUnits = [("ms", 1), ("s", 1_000), ("m", 60_000), ("h", 3_600_000), ("", 1_000)];

    private static readonly (string Unit, long Bytes)[] SizeUnits =
    [
        ("KiB", 1L << 10), ("MiB", 1L << 20), ("GiB", 1L << 30), ("KB", 1L << 10), ("MB", 1L << 20), ("GB", 1L << 30),
        ("K", 1L << 10), ("M", 1L << 20), ("G", 1L << 30), ("B", 1), ("", 1),
    ];

    /// <summary>Up to ten years.</summary>
    public static bool TryTime(string text, out TimeSpan time)
    {
        const double TenYears = 10.0 * 366 * 86_400_000;
        time = TimeSpan.Zero;
        (string unit, double factor) = TimeUnits.First(candidate => text.EndsWith(candidate.Unit, StringComparison.OrdinalIgnoreCase));
        if (!TryNumber(text, unit.Length, out double number) || number * factor > TenYears)
        {
            return false;
        }

        time = TimeSpan.FromMilliseconds(number * factor);
        return number == 0 || time > TimeSpan.Zero;
    }

    /// <summary>Up to an exbibyte.</summary>
    public static bool TrySize(string text, out long bytes)
    {
        bytes = 0;
        (string unit, long factor) = SizeUnits.First(candidate => text.EndsWith(candidate.Unit, StringComparison.OrdinalIgnoreCase));
        if (!TryNumber(text, unit.Length, out double number) || number * factor > 1L << 60)
        {
            return false;
        }

        bytes = (long)(number * factor);
        return number == 0 || bytes > 0;
    }

    private static bool TryNumber(string text, int unitLength, out double number) => double.TryParse(
        text.AsSpan(0, text.Length - unitLength), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out number) && double.IsFinite(number);
}
