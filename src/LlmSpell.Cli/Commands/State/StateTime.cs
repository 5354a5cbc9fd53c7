using System.Globalization;
using LlmSpell.Cli.Output;
using LlmSpell.State;

namespace LlmSpell.Cli.Commands.State;

/// <summary>The times that entries carry, which another tool may have set to anything.</summary>
internal static class StateTime
{
    /// <summary>The moment, brought into the years 1 to 9999.</summary>
    public static DateTimeOffset Moment(long microseconds) => UnixTime.ToMoment(microseconds);

    /// <summary>ISO 8601, UTC, to the microsecond; microseconds since 1970 where no calendar has the moment.</summary>
    public static string Exact(long microseconds) => microseconds >= UnixTime.Earliest && microseconds <= UnixTime.Last
        ? Quantities.ExactTime(UnixTime.ToMoment(microseconds))
        : microseconds.ToString(CultureInfo.InvariantCulture);

    /// <summary>What <see cref="Exact"/> wrote, or any other time in ISO 8601; without an offset it is UTC.</summary>
    public static bool TryParse(string text, out long microseconds)
    {
        if (BeginsWithDate(text) && DateTimeOffset.TryParse(
            text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out DateTimeOffset moment))
        {
            microseconds = UnixTime.Microseconds(moment);
            return true;
        }

        return long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out microseconds);
    }

    // Else "12:00" would be today's noon and "3/1/2026" a day in March.
    private static bool BeginsWithDate(string text) =>
        text is [>= '0' and <= '9', >= '0' and <= '9', >= '0' and <= '9', >= '0' and <= '9', '-', _, _, '-', _, _, ..];
}
