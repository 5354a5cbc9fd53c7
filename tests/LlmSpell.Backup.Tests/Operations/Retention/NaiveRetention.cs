using System.Globalization;

namespace LlmSpell.Backup.Tests.Operations.Retention;

/// <summary>The retention rules as docs/operations.md defines them, one backup at a time and without a thought of speed. Shares nothing with the planner.</summary>
internal sealed class NaiveRetention(RandomHistory given)
{
    private readonly BackupSummary[] _all = [.. given.History.Own];
    private readonly BackupSummary[] _counted = [.. given.History.Own.Where(backup => !backup.Manifest.IsSafety)];
    private readonly Dictionary<BackupSummary, bool> _stays = new(ReferenceEqualityComparer.Instance);
    private readonly BackupOptions _rules = given.Options;

    /// <summary>The codes of the rules that decide each backup, by its id; a minus before those of one that goes.</summary>
    internal SortedDictionary<string, string> Decide()
    {
        SortedDictionary<string, string> decided = new(StringComparer.Ordinal);
        foreach (BackupSummary backup in _all)
        {
            decided[backup.Id.Value] = Text(Stays(backup), Grounds(backup));
        }

        foreach (BackupSummary backup in GoForSize())
        {
            decided[backup.Id.Value] = "-max_total_size";
        }

        return decided;
    }

    private static string Text(bool stays, IEnumerable<string> grounds) => (stays ? "" : "-") + string.Join(' ', grounds);

    // Whether one stays may depend on whether all newer ones do.
    private bool Stays(BackupSummary backup)
    {
        if (!_stays.TryGetValue(backup, out bool stays))
        {
            stays = Protects(backup).Any() || (!backup.Manifest.IsSafety && !Removes(backup).Any());
            _stays[backup] = stays;
        }

        return stays;
    }

    private string[] Grounds(BackupSummary backup)
    {
        if (Protects(backup).ToArray() is { Length: > 0 } protection)
        {
            return protection;
        }

        if (backup.Manifest.IsSafety)
        {
            return ["old_safety"];
        }

        return Removes(backup).ToArray() is { Length: > 0 } removal ? removal : StaysAsFull(backup) ? ["newest_full"] : IsOld(backup) && AgeIsDoubtful ? ["clock_doubt"] : ["no_rule"];
    }

    private IEnumerable<string> Protects(BackupSummary backup)
    {
        bool pinned = given.History.Pins.ContainsKey(backup.Id);
        if (pinned)
        {
            yield return "pinned";
        }

        if (backup.Manifest.IsSafety)
        {
            if (Newer(_all, backup).Count(other => other.Manifest.IsSafety) < 3)
            {
                yield return "newest_safety";
            }

            yield break;
        }

        bool good = backup.Id == given.History.NewestGood;
        if (good)
        {
            yield return "newest_good";
        }

        if (PeriodsAreDoubtful)
        {
            if (!pinned && !good)
            {
                yield return "clock_doubt";
            }

            yield break;
        }

        if (Newer(_counted, backup).Count() < _rules.KeepLast)
        {
            yield return "keep_last";
        }

        foreach ((string code, int? count, Func<DateTime, string> period) in Periods())
        {
            string own = period(Time(backup));
            bool isNewest = !Newer(_counted, backup).Any(other => period(Time(other)) == own);
            int later = _counted.Select(other => period(Time(other))).Distinct().Count(other => string.CompareOrdinal(other, own) > 0);
            if (isNewest && later < count)
            {
                yield return code;
            }
        }
    }

    private IEnumerable<string> Removes(BackupSummary backup)
    {
        if (!HasMax)
        {
            if (HasKeep && !IsCountedFrom(backup))
            {
                yield return "not_kept";
            }

            yield break;
        }

        if (IsBeyondNumber(backup) && !IsCountedFrom(backup))
        {
            yield return "max_backups";
        }

        if (IsOld(backup) && !AgeIsDoubtful)
        {
            yield return "max_backup_age";
        }
    }

    private bool IsBeyondNumber(BackupSummary backup) => _rules.MaxBackups is { } most && Newer(_counted, backup).Count(Stays) >= most;

    private bool IsCountedFrom(BackupSummary backup) => backup == _counted.LastOrDefault(other => other.Manifest.Kind == BackupKind.Full)
        && given.Now - backup.CreatedAt < _rules.FullBackupInterval && backup.CreatedAt - given.Now < _rules.FullBackupInterval;

    // As nothing else keeps it.
    private bool StaysAsFull(BackupSummary backup) => IsCountedFrom(backup) && (HasMax ? IsBeyondNumber(backup) : HasKeep);

    private BackupSummary[] GoForSize()
    {
        if (_rules.MaxTotalSize is not { } limit)
        {
            return [];
        }

        BackupSummary[] staying = [.. _all.Where(Stays)];
        BackupSummary[] mayGo = [.. staying.Where(backup => !Protects(backup).Any())];
        int[] steps = [.. Enumerable.Range(0, mayGo.Length + 1)];
        int? fits = steps.Cast<int?>().FirstOrDefault(step => Manifests(step!.Value) + Layers(step.Value) <= limit);
        int going = fits ?? steps.First(step => Layers(step) == Layers(mayGo.Length));
        return mayGo[..going];

        long Manifests(int gone) => Left(gone).Sum(backup => backup.ManifestBytes);

        long Layers(int gone) => Left(gone).SelectMany(backup => backup.Manifest.Layers).DistinctBy(layer => layer.Id).Sum(layer => layer.DataBytes + layer.IndexBytes);

        IEnumerable<BackupSummary> Left(int gone) => staying.Except(mayGo.Take(gone));
    }

    private bool HasMax => _rules.MaxBackups is not null || _rules.MaxBackupAge is not null || _rules.MaxTotalSize is not null;

    private bool HasKeep => _rules.KeepLast > 0 || Periods().Any(period => period.Count > 0);

    private bool RanBackwards => _all.Length > 0 && (given.Now < _all[^1].CreatedAt || _all.Skip(1).Zip(_all)
        .Any(pair => pair.First.CreatedAt + TimeSpan.FromMicroseconds(pair.First.Manifest.Duration) < pair.Second.CreatedAt));

    private bool HasGap => _rules.MaxBackupAge is { } age && _all.Length > 0
        && (given.Now - _all[^1].CreatedAt > age || _all.Skip(1).Zip(_all).Any(pair => pair.First.CreatedAt - pair.Second.CreatedAt > age));

    private bool PeriodsAreDoubtful => !given.TrustClock && Periods().Any(period => period.Count > 0) && RanBackwards;

    private bool AgeIsDoubtful => !given.TrustClock && (RanBackwards || HasGap);

    // One from the future is of now at the latest.
    private DateTime Time(BackupSummary backup) => new(Math.Min(backup.CreatedAt.UtcTicks, given.Now.UtcTicks), DateTimeKind.Utc);

    private bool IsOld(BackupSummary backup) => given.Now - backup.CreatedAt > _rules.MaxBackupAge;

    private static IEnumerable<BackupSummary> Newer(BackupSummary[] backups, BackupSummary backup) =>
        backups.Where(other => other.Manifest.Ordinal > backup.Manifest.Ordinal);

    private (string Code, int? Count, Func<DateTime, string> Period)[] Periods() =>
    [
        ("keep_hourly", _rules.KeepHourly, time => time.ToString("yyyyMMddHH", CultureInfo.InvariantCulture)),
        ("keep_daily", _rules.KeepDaily, time => time.ToString("yyyyMMdd", CultureInfo.InvariantCulture)),
        ("keep_weekly", _rules.KeepWeekly, time => time.AddDays(-(((int)time.DayOfWeek + 6) % 7)).ToString("yyyyMMdd", CultureInfo.InvariantCulture)),
        ("keep_monthly", _rules.KeepMonthly, time => time.ToString("yyyyMM", CultureInfo.InvariantCulture)),
        ("keep_yearly", _rules.KeepYearly, time => time.ToString("yyyy", CultureInfo.InvariantCulture)),
    ];
}
