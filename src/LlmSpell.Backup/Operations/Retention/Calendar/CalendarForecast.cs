using System.Globalization;

namespace LlmSpell.Backup;

/// <summary>
/// Lets time go by: makes the backups that are assumed, cleans up after each as a create does, and looks at what is left. It decides by the planner that cleanups
/// use, so it says what they will do. Not thread-safe.
/// </summary>
internal sealed class CalendarForecast(RetentionHistory history, BackupOptions options, CalendarRequest request, CancellationToken cancellationToken)
{
    private readonly IReadOnlyList<BackupSummary> _present = history.Own;
    private readonly BackupSummary? _model = history.Own.LastOrDefault(static backup => !backup.Manifest.IsSafety);
    private readonly Dictionary<BackupId, RetentionDecision> _gone = [];
    private RetentionHistory _history = history;
    private int _made;

    internal RetentionCalendar Make()
    {
        DateTimeOffset now = options.TimeProvider.GetUtcNow();
        DateTimeOffset next = now;
        List<CalendarMoment> moments = [];
        foreach (CalendarHorizon horizon in (CalendarHorizon[])[CalendarHorizon.Now, CalendarHorizon.Week, CalendarHorizon.Month, CalendarHorizon.Year])
        {
            DateTimeOffset at = MomentOf(horizon, now);
            while (_model is { } model && request.Every is { } every && next + every <= at)
            {
                cancellationToken.ThrowIfCancellationRequested();
                next += every;
                MakeBackup(model, next);
            }

            moments.Add(Look(horizon, at));
        }

        return new RetentionCalendar(request.Every, moments);
    }

    private static DateTimeOffset MomentOf(CalendarHorizon horizon, DateTimeOffset now) => horizon switch
    {
        CalendarHorizon.Now => now,
        CalendarHorizon.Week => now.AddDays(7),
        CalendarHorizon.Month => now.AddMonths(1),
        CalendarHorizon.Year => now.AddYears(1),
        _ => throw new ArgumentOutOfRangeException(nameof(horizon), horizon, "This moment is not known."),
    };

    private void MakeBackup(BackupSummary model, DateTimeOffset at)
    {
        BackupSummary made = Imagine(model, ++_made, at);
        _history = _history with { Own = [.. _history.Own, made], NewestGood = made.Id };
        if (!options.HasKeepRule && !options.HasMaxRule)
        {
            return;
        }

        RetentionPlan plan = RetentionPlanner.Plan(_history, options, at, request.TrustClock);
        if (plan.Removed.Count == 0)
        {
            return;
        }

        foreach (RetentionDecision decision in plan.Decisions.Where(static decision => !decision.Keep))
        {
            _gone[decision.Backup.Id] = decision;
        }

        _history = _history with { Own = [.. _history.Own.Where(backup => !_gone.ContainsKey(backup.Id))] };
    }

    private CalendarMoment Look(CalendarHorizon horizon, DateTimeOffset at)
    {
        RetentionPlan plan = RetentionPlanner.Plan(_history, options, at, request.TrustClock);
        Dictionary<BackupId, RetentionDecision> decided = plan.Decisions.ToDictionary(static decision => decision.Backup.Id);
        RetentionDecision[] own = [.. _present.Reverse().Select(backup => decided.GetValueOrDefault(backup.Id) ?? _gone[backup.Id])];
        int stay = plan.Decisions.Count(static decision => decision.Keep);
        long bytes = new KeptFiles(plan.Decisions.Where(static decision => decision.Keep).Select(static decision => decision.Backup)).Bytes;
        return new CalendarMoment(horizon, at, own, stay - own.Count(static decision => decision.Keep), bytes, plan.Notices);
    }

    /// <summary>A full backup as large as what the newest one added, so that it can come and go by itself.</summary>
    private static BackupSummary Imagine(BackupSummary model, int number, DateTimeOffset at)
    {
        string name = string.Create(CultureInfo.InvariantCulture, $"to-come-{number}");
        if (!BackupId.TryParse(name, out BackupId id) || !LayerId.TryParse(name, out LayerId layer))
        {
            throw new InvalidOperationException($"\"{name}\" is no id.");
        }

        BackupManifest manifest = model.Manifest with
        {
            Id = id,
            Ordinal = model.Manifest.Ordinal + number,
            CreatedAt = State.UnixTime.Microseconds(at),
            Duration = 0,
            Layers = [new ManifestLayer
            {
                Id = layer,
                CreatedBy = id,
                Codec = LayerCodec.None,
                DataBytes = model.SizeBytes - model.ManifestBytes,
                DataSha256 = "",
                IndexBytes = 0,
                IndexSha256 = "",
                RawBytes = 0,
                Records = 0,
                Tombstones = 0,
                Blocks = 0,
            }],
        };
        return new BackupSummary(manifest, model.ManifestBytes);
    }
}
