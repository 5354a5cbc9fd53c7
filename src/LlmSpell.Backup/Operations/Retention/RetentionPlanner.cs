namespace LlmSpell.Backup;

/// <summary>
/// Decides which backups of one store stay, each with its reason. The ordinal is the only order between backups; the clock is
/// used for ages and periods alone, and not even for those when it looks wrong. Decides only; reads nothing but what it is given.
/// </summary>
internal sealed class RetentionPlanner
{
    /// <summary>How many of the newest safety backups stay.</summary>
    internal const int SafetyBackupsKept = 3;

    private readonly RetentionHistory _history;
    private readonly BackupOptions _options;
    private readonly DateTimeOffset _now;
    private readonly BackupId? _countedFrom;
    private readonly string? _ageDoubt;
    private readonly string? _periodDoubt;
    private readonly Dictionary<BackupId, List<RetentionGround>> _kept;

    private RetentionPlanner(RetentionHistory history, BackupOptions options, DateTimeOffset now, bool trustClock)
    {
        _history = history;
        _options = options;
        _now = now;
        _kept = KeepRules.Apply([.. history.Own.Where(static backup => !backup.Manifest.IsSafety)], options, now);
        _countedFrom = options.FullBackupInterval is { } interval
            && history.Own.LastOrDefault(static backup => backup.Manifest is { IsSafety: false, Kind: BackupKind.Full }) is { } full
            && (now - full.CreatedAt).Duration() < interval
            ? full.Id
            : null;
        if (!trustClock)
        {
            _ageDoubt = options.MaxBackupAge is { } maxAge ? ClockDoubt.Find(history.Own, now, maxAge) : null;
            _periodDoubt = KeepRules.NeedingClock(options).Any() ? ClockDoubt.Find(history.Own, now, maxAge: null) : null;
        }
    }

    /// <param name="history">What there is.</param>
    /// <param name="options">The rules.</param>
    /// <param name="now">The present moment, by the clock.</param>
    /// <param name="trustClock">Whether the rules that use time apply although the clock looks wrong.</param>
    internal static RetentionPlan Plan(RetentionHistory history, BackupOptions options, DateTimeOffset now, bool trustClock) =>
        new RetentionPlanner(history, options, now, trustClock).Plan();

    private RetentionPlan Plan()
    {
        List<RetentionDecision> decisions = [];
        List<BackupSummary> removable = [];
        int kept = 0;
        int safetyKept = 0;
        foreach (BackupSummary backup in _history.Own.Reverse())
        {
            bool safety = backup.Manifest.IsSafety;
            List<RetentionGround> protection = Protection(backup, safetyKept);
            RetentionDecision decision = protection.Count > 0 ? RetentionDecision.Of(backup, keep: true, protection)
                : safety ? RetentionDecision.Of(backup, keep: false, new RetentionGround(RetentionRule.OldSafety, $"{SafetyBackupsKept} newer safety backups are kept"))
                : Limit(backup, kept);
            decisions.Add(decision);
            if (decision.Keep)
            {
                (safety ? ref safetyKept : ref kept)++;
                if (protection.Count == 0)
                {
                    removable.Add(backup);
                }
            }
        }

        List<string> notices = [.. DoubtNotices()];
        if (_options.MaxTotalSize is { } limit)
        {
            removable.Reverse();
            LimitSize(decisions, removable, limit, notices);
        }

        return new RetentionPlan(decisions, notices);
    }

    /// <summary>What keeps a backup whatever the max rules say; nothing if they may remove it.</summary>
    private List<RetentionGround> Protection(BackupSummary backup, int safetyKept)
    {
        List<RetentionGround> grounds = [];
        if (_history.Pins.TryGetValue(backup.Id, out BackupPin? pin))
        {
            grounds.Add(new RetentionGround(RetentionRule.Pinned, pin.Reason is { Length: > 0 } reason ? $"it is pinned: {reason}" : "it is pinned"));
        }

        if (backup.Manifest.IsSafety)
        {
            if (safetyKept < SafetyBackupsKept)
            {
                grounds.Add(new RetentionGround(RetentionRule.NewestSafety, $"one of the newest {SafetyBackupsKept} safety backups"));
            }

            return grounds;
        }

        if (backup.Id == _history.NewestGood)
        {
            grounds.Add(new RetentionGround(RetentionRule.NewestGood, "the newest good backup always stays"));
        }

        if (_periodDoubt is null)
        {
            grounds.AddRange(_kept.GetValueOrDefault(backup.Id) ?? []);
        }
        else if (grounds.Count == 0)
        {
            grounds.Add(new RetentionGround(RetentionRule.ClockDoubt, "a keep rule might keep it if the clock were right"));
        }

        return grounds;
    }

    private RetentionDecision Limit(BackupSummary backup, int kept)
    {
        bool isCountedFrom = backup.Id == _countedFrom;
        if (!_options.HasMaxRule)
        {
            return isCountedFrom && _options.HasKeepRule ? CountedFrom(backup)
                : _options.HasKeepRule
                ? RetentionDecision.Of(backup, keep: false, new RetentionGround(RetentionRule.NotKept, "no keep rule keeps it"))
                : RetentionDecision.Of(backup, keep: true, new RetentionGround(RetentionRule.NoRule, "no rule removes it"));
        }

        List<RetentionGround> grounds = [];
        bool tooMany = _options.MaxBackups is { } most && kept >= most;
        if (tooMany && !isCountedFrom)
        {
            grounds.Add(new RetentionGround(RetentionRule.MaxBackups, $"{kept} newer ones are kept, max_backups = {_options.MaxBackups}"));
        }

        bool tooOld = _options.MaxBackupAge is { } oldest && _now - backup.CreatedAt > oldest;
        if (tooOld && _ageDoubt is null)
        {
            grounds.Add(new RetentionGround(RetentionRule.MaxBackupAge, $"it is older than max_backup_age = {_options.MaxBackupAge!.Value.TotalSeconds:0} seconds"));
        }

        return grounds.Count > 0 ? RetentionDecision.Of(backup, keep: false, grounds)
            : tooMany ? CountedFrom(backup)
            : tooOld ? RetentionDecision.Of(backup, keep: true, new RetentionGround(RetentionRule.ClockDoubt, "max_backup_age would remove it if the clock were right"))
            : RetentionDecision.Of(backup, keep: true, new RetentionGround(RetentionRule.NoRule, "no rule removes it"));
    }

    // Without it nobody would know how long ago it was made, and each time that the others had grown to their number there would be a new one.
    private static RetentionDecision CountedFrom(BackupSummary backup) =>
        RetentionDecision.Of(backup, keep: true, new RetentionGround(RetentionRule.NewestFull, "the newest full backup, from which full_backup_interval is counted"));

    private static void LimitSize(List<RetentionDecision> decisions, List<BackupSummary> removable, long limit, List<string> notices)
    {
        BackupSummary[] staying = [.. decisions.Where(static decision => decision.Keep).Select(static decision => decision.Backup)];
        (int going, long bytes) = SizeLimit.Apply(staying, removable, limit);
        HashSet<BackupId> gone = [.. removable.Take(going).Select(static backup => backup.Id)];
        for (int i = 0; i < decisions.Count; i++)
        {
            if (gone.Contains(decisions[i].Backup.Id))
            {
                decisions[i] = RetentionDecision.Of(
                    decisions[i].Backup, keep: false, new RetentionGround(RetentionRule.MaxTotalSize, $"with it the backups would take more than max_total_size = {limit} bytes"));
            }
        }

        if (bytes > limit)
        {
            notices.Add($"max_total_size = {limit} bytes cannot be kept: the backups that must stay take {bytes}.");
        }
    }

    private IEnumerable<string> DoubtNotices()
    {
        const string Cure = "Check the clock, then run `llmspell backup cleanup --trust-clock`.";
        if (_periodDoubt is not null)
        {
            string[] rules = [.. KeepRules.NeedingClock(_options), .. _ageDoubt is null ? [] : (string[])["max_backup_age"]];
            string verb = rules.Length == 1 ? "was" : "were";
            yield return $"{string.Join(", ", rules)} {verb} not applied, so every backup but old safety backups stays: {_periodDoubt}. {Cure}";
        }
        else if (_ageDoubt is not null)
        {
            yield return $"max_backup_age was not applied: {_ageDoubt}. {Cure}";
        }
    }
}
