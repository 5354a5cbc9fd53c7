namespace LlmSpell.Backup;

/// <summary>What to assume of the time to come. Immutable.</summary>
public sealed record CalendarRequest
{
    /// <summary>
    /// How often a backup will be made, each as large as what the newest one added and followed by a cleanup; from 1 hour to 366 days. Null, the default: no
    /// further backup is made, and none is cleaned up before the moment that is looked at.
    /// </summary>
    public TimeSpan? Every
    {
        get;
        init => field = value is null || (value >= Shortest && value <= Longest)
            ? value
            : throw new ArgumentOutOfRangeException(nameof(value), value, "The time between backups must be 1 hour to 366 days.");
    }

    /// <summary>Whether the rules that use time apply although the clock looks wrong; default false.</summary>
    public bool TrustClock { get; init; }

    /// <summary>The shortest time between backups that can be looked at.</summary>
    public static TimeSpan Shortest { get; } = TimeSpan.FromHours(1);

    /// <summary>The longest time between backups that can be looked at.</summary>
    public static TimeSpan Longest { get; } = TimeSpan.FromDays(366);
}
