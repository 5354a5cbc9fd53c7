namespace LlmSpell.Backup;

/// <summary>Which backups stay, now and later. Immutable.</summary>
/// <param name="Every">How often backups are assumed to be made; null if none are.</param>
/// <param name="Moments">Now, in a week, in a month, in a year.</param>
public sealed record RetentionCalendar(TimeSpan? Every, IReadOnlyList<CalendarMoment> Moments);

/// <summary>Which backups stay at one moment. Immutable.</summary>
/// <param name="Horizon">Which moment it is.</param>
/// <param name="At">When it is.</param>
/// <param name="Decisions">Each backup that is there today, newest first: whether it is still there then, or what removed it.</param>
/// <param name="NewBackups">How many of the backups that are assumed to be made until then stay.</param>
/// <param name="TotalSize">How many bytes all that stay take, each file once.</param>
/// <param name="Notices">What the user should know, such as rules that are suspended.</param>
public sealed record CalendarMoment(
    CalendarHorizon Horizon,
    DateTimeOffset At,
    IReadOnlyList<RetentionDecision> Decisions,
    int NewBackups,
    long TotalSize,
    IReadOnlyList<string> Notices);

/// <summary>The moments of a calendar.</summary>
public enum CalendarHorizon
{
    /// <summary>The present one.</summary>
    Now,

    /// <summary>Seven days later.</summary>
    Week,

    /// <summary>The same day of the next month, or its last day.</summary>
    Month,

    /// <summary>The same day of the next year, or its last day of February.</summary>
    Year,
}
