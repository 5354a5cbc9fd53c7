using System.Diagnostics.CodeAnalysis;

namespace LlmSpell.Backup;

/// <content>
/// Which backups of a store stay. Without any of these rules all of them do. With max rules alone, all but those that one of them removes. With keep
/// rules alone, only those that one of them keeps. With both, those that a keep rule keeps, and those that no max rule removes.
/// Pinned backups, the newest good one and the newest three safety backups stay in any case.
/// </content>
public sealed partial record BackupOptions
{
    private const int DefaultMaxBackups = 10;

    private static readonly TimeSpan DefaultMaxBackupAge = TimeSpan.FromDays(30);

    private (bool IsSet, int? Value) _maxBackups;
    private (bool IsSet, TimeSpan? Value) _maxBackupAge;

    /// <summary>
    /// How many backups of a store to keep, at least 1; null: any number. Default 10, or null where there are keep rules.
    /// Safety backups do not count.
    /// </summary>
    public int? MaxBackups
    {
        get => _maxBackups.IsSet ? _maxBackups.Value : KeepCounts.Any(static count => count is not null) ? null : DefaultMaxBackups;
        init => _maxBackups = value is null or >= 1
            ? (true, value)
            : throw new ArgumentOutOfRangeException(nameof(value), value, "At least one backup must be kept.");
    }

    /// <summary>
    /// How old a backup may become before a cleanup removes it; null: any age. Default 30 days, or null where there are keep rules.
    /// </summary>
    public TimeSpan? MaxBackupAge
    {
        get => _maxBackupAge.IsSet ? _maxBackupAge.Value : KeepCounts.Any(static count => count is not null) ? null : DefaultMaxBackupAge;
        init => _maxBackupAge = value is null || value > TimeSpan.Zero
            ? (true, value)
            : throw new ArgumentOutOfRangeException(nameof(value), value, "The greatest age must be positive.");
    }

    /// <summary>
    /// How many bytes a store's backups may take, each layer counted once, safety backups and pinned ones included; null: any number. The oldest that may
    /// go do so until the rest fits, or until removing more would free no layer. Default null.
    /// </summary>
    public long? MaxTotalSize
    {
        get;
        init => field = value is null or >= 1
            ? value
            : throw new ArgumentOutOfRangeException(nameof(value), value, "The greatest size must be positive.");
    }

    /// <summary>Keeps the newest so many backups; 0 keeps none, null is no such rule. Default null.</summary>
    public int? KeepLast { get; init => field = Count(value); }

    /// <summary>Keeps the newest backup of each of the last so many hours that have one; 0 keeps none, null is no such rule. All periods are of UTC. Default null.</summary>
    public int? KeepHourly { get; init => field = Count(value); }

    /// <summary>Keeps the newest backup of each of the last so many days that have one; as <see cref="KeepHourly"/>.</summary>
    public int? KeepDaily { get; init => field = Count(value); }

    /// <summary>Keeps the newest backup of each of the last so many weeks, Monday to Sunday, that have one; as <see cref="KeepHourly"/>.</summary>
    public int? KeepWeekly { get; init => field = Count(value); }

    /// <summary>Keeps the newest backup of each of the last so many months that have one; as <see cref="KeepHourly"/>.</summary>
    public int? KeepMonthly { get; init => field = Count(value); }

    /// <summary>Keeps the newest backup of each of the last so many years that have one; as <see cref="KeepHourly"/>.</summary>
    public int? KeepYearly { get; init => field = Count(value); }

    internal bool HasMaxRule => MaxBackups is not null || MaxBackupAge is not null || MaxTotalSize is not null;

    internal bool HasKeepRule => KeepCounts.Any(static count => count > 0);

    private int?[] KeepCounts => [KeepLast, KeepHourly, KeepDaily, KeepWeekly, KeepMonthly, KeepYearly];

    /// <exception cref="ArgumentException">The rules would keep nothing.</exception>
    [SuppressMessage("Usage", "CA2208:Instantiate argument exceptions correctly", Justification = "The caller's argument is named.")]
    internal void CheckRules()
    {
        if (!HasMaxRule && !HasKeepRule && KeepCounts.Any(static count => count is not null))
        {
            throw new ArgumentException(
                "The retention rules would remove every backup: each keep rule that is set keeps 0. Set one to at least 1, or leave them all out.", "options");
        }
    }

    private static int? Count(int? value) => value is null or >= 0
        ? value
        : throw new ArgumentOutOfRangeException(nameof(value), value, "A keep rule cannot keep fewer than 0 backups.");
}
