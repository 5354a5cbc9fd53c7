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

    /// <summary><c>12 ms</c>, <c>3.4 s</c>, <c>5 min 12 s</c>, <c>3 h 5 min</c>, <c>12 days</c>.</summary>
    public static string Duration(TimeSpan duration) => duration.TotalSeconds switch
    {
        < 1 => string.Create(CultureInfo.InvariantCulture, $"{duration.TotalMilliseconds:F0} ms"),
        < 60 => string.Create(CultureInfo.InvariantCulture, $"{duration.TotalSeconds:F1} s"),
        < 3600 => string.Create(CultureInfo.InvariantCulture, $"{duration.Minutes} min {duration.Seconds} s"),
        < 2 * 86_400 => Coarse(duration),
        _ => Count((long)duration.TotalDays, "day", "days"),
    };

    /// <summary>For a duration that goes on or is guessed: <c>4 s</c>, <c>5 min 12 s</c>, <c>3 h 5 min</c>.</summary>
    public static string Coarse(TimeSpan duration) => duration.TotalSeconds switch
    {
        < 60 => string.Create(CultureInfo.InvariantCulture, $"{(long)duration.TotalSeconds} s"),
        < 3600 => string.Create(CultureInfo.InvariantCulture, $"{duration.Minutes} min {duration.Seconds} s"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{(long)duration.TotalHours} h {duration.Minutes} min"),
    };

    /// <summary><c>just now</c>, <c>3 min ago</c>, <c>5 h ago</c>, <c>12 days ago</c>; the time itself where it is further away or still to come.</summary>
    public static string Ago(DateTimeOffset moment, DateTimeOffset now)
    {
        // Clocks differ by some seconds: that is no future.
        TimeSpan age = now - moment;
        return age.TotalSeconds switch
        {
            < -60 => Time(moment),
            < 10 => "just now",
            < 60 => $"{Count((long)age.TotalSeconds)} s ago",
            < 3600 => $"{Count((long)age.TotalMinutes)} min ago",
            < 86_400 => $"{Count((long)age.TotalHours)} h ago",
            < 60 * 86_400 => $"{Count((long)age.TotalDays, "day", "days")} ago",
            _ => Time(moment),
        };
    }

    /// <summary><c>1,234,567</c>.</summary>
    public static string Count(long number) => number.ToString("N0", CultureInfo.InvariantCulture);

    /// <summary><c>1 entry</c>, <c>1,234 entries</c>.</summary>
    public static string Count(long number, string one, string many) => $"{Count(number)} {(number == 1 ? one : many)}";
}
