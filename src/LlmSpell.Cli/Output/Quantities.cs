using System.Globalization;

namespace LlmSpell.Cli.Output;

/// <summary>Numbers for people.</summary>
internal static class Quantities
{
    private static readonly string[] Units = ["B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"];

    /// <summary><c>812 B</c>, <c>1.2 KiB</c>, <c>53.0 MiB</c>.</summary>
    public static string Size(long bytes)
    {
        double amount = bytes;
        int unit = 0;
        while (Math.Round(amount, 1) >= 1024 && unit < Units.Length - 1)
        {
            amount /= 1024;
            unit++;
        }

        string number = unit == 0
            ? bytes.ToString(CultureInfo.InvariantCulture)
            : amount.ToString("F1", CultureInfo.InvariantCulture);
        return $"{number} {Units[unit]}";
    }

    /// <summary>UTC to the second, <c>2026-03-01 12:00:00Z</c>.</summary>
    public static string Time(DateTimeOffset moment) => moment.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    /// <summary>ISO 8601, UTC, to the microsecond.</summary>
    public static string ExactTime(DateTimeOffset moment) =>
        moment.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture);

    /// <summary><c>12 ms</c>, <c>3.4 s</c>, <c>5 min 12 s</c>.</summary>
    public static string Duration(TimeSpan duration) => duration.TotalSeconds switch
    {
        < 1 => string.Create(CultureInfo.InvariantCulture, $"{duration.TotalMilliseconds:F0} ms"),
        < 60 => string.Create(CultureInfo.InvariantCulture, $"{duration.TotalSeconds:F1} s"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{(long)duration.TotalMinutes} min {duration.Seconds} s"),
    };

    /// <summary><c>1,234,567</c>.</summary>
    public static string Count(long number) => number.ToString("N0", CultureInfo.InvariantCulture);

    /// <summary><c>1 entry</c>, <c>1,234 entries</c>.</summary>
    public static string Count(long number, string one, string many) => $"{Count(number)} {(number == 1 ? one : many)}";
}
