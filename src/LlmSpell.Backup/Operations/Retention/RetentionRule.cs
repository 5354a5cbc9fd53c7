namespace LlmSpell.Backup;

/// <summary>What decides that a backup stays or goes.</summary>
public enum RetentionRule
{
    /// <summary>Stays: it is pinned.</summary>
    Pinned,

    /// <summary>Stays: it is the newest good backup.</summary>
    NewestGood,

    /// <summary>Stays: it is one of the newest three safety backups.</summary>
    NewestSafety,

    /// <summary>Stays: it is the newest full one, from which <see cref="BackupOptions.FullBackupInterval"/> is counted.</summary>
    NewestFull,

    /// <summary>Stays: <see cref="BackupOptions.KeepLast"/>.</summary>
    KeepLast,

    /// <summary>Stays: <see cref="BackupOptions.KeepHourly"/>.</summary>
    KeepHourly,

    /// <summary>Stays: <see cref="BackupOptions.KeepDaily"/>.</summary>
    KeepDaily,

    /// <summary>Stays: <see cref="BackupOptions.KeepWeekly"/>.</summary>
    KeepWeekly,

    /// <summary>Stays: <see cref="BackupOptions.KeepMonthly"/>.</summary>
    KeepMonthly,

    /// <summary>Stays: <see cref="BackupOptions.KeepYearly"/>.</summary>
    KeepYearly,

    /// <summary>Stays: no rule removes it.</summary>
    NoRule,

    /// <summary>Stays: the clock looks wrong, and with a right one it might have to stay.</summary>
    ClockDoubt,

    /// <summary>Stays: its removal was not agreed to. See <see cref="CleanupRequest.AgreedRemovals"/>.</summary>
    NotAgreed,

    /// <summary>Stays: no newer backup is known to be whole.</summary>
    NoWholeBackup,

    /// <summary>Goes: <see cref="BackupOptions.MaxBackups"/>.</summary>
    MaxBackups,

    /// <summary>Goes: <see cref="BackupOptions.MaxBackupAge"/>.</summary>
    MaxBackupAge,

    /// <summary>Goes: <see cref="BackupOptions.MaxTotalSize"/>.</summary>
    MaxTotalSize,

    /// <summary>Goes: there are keep rules, no max rules, and no keep rule keeps it.</summary>
    NotKept,

    /// <summary>Goes: it is a safety backup, and three newer ones stay.</summary>
    OldSafety,
}

/// <summary>The names of rules where they are text, in JSON and Lua. They do not change.</summary>
public static class RetentionRules
{
    /// <summary>The rule's name, as in <c>keep_daily</c>: that of the setting where it is one.</summary>
    public static string Code(this RetentionRule rule) => rule switch
    {
        RetentionRule.Pinned => "pinned",
        RetentionRule.NewestGood => "newest_good",
        RetentionRule.NewestSafety => "newest_safety",
        RetentionRule.KeepLast => "keep_last",
        RetentionRule.KeepHourly => "keep_hourly",
        RetentionRule.KeepDaily => "keep_daily",
        RetentionRule.KeepWeekly => "keep_weekly",
        RetentionRule.KeepMonthly => "keep_monthly",
        RetentionRule.KeepYearly => "keep_yearly",
        RetentionRule.NoRule => "no_rule",
        RetentionRule.ClockDoubt => "clock_doubt",
        RetentionRule.NotAgreed => "not_agreed",
        RetentionRule.NoWholeBackup => "no_whole_backup",
        RetentionRule.MaxBackups => "max_backups",
        RetentionRule.MaxBackupAge => "max_backup_age",
        RetentionRule.MaxTotalSize => "max_total_size",
        RetentionRule.NotKept => "not_kept",
        RetentionRule.OldSafety => "old_safety",
        RetentionRule.NewestFull => "newest_full",
        _ => throw new ArgumentOutOfRangeException(nameof(rule), rule, "This rule is not known."),
    };
}
