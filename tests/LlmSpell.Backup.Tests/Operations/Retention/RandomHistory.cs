using LlmSpell.State;

namespace LlmSpell.Backup.Tests.Operations.Retention;

/// <summary>Backups and rules made by chance: times that stand still, leap and run backwards, layers that several share.</summary>
internal sealed record RandomHistory(RetentionHistory History, BackupOptions Options, DateTimeOffset Now, bool TrustClock)
{
    internal static RandomHistory Make(Random random)
    {
        DateTimeOffset time = new DateTimeOffset(2024, 12, 20, 0, 0, 0, TimeSpan.Zero).AddHours(random.Next(400));
        bool backwards = random.Next(4) == 0;
        List<BackupSummary> own = [];
        List<ManifestLayer> layers = [];
        int count = random.Next(30);
        for (int i = 1; i <= count; i++)
        {
            time += Step(random, backwards);
            if (random.Next(3) == 0)
            {
                layers = [];
            }

            if (random.Next(5) > 0)
            {
                layers = [.. layers, TestManifests.Layer("layer-" + i, 1, 0) with { DataBytes = random.Next(1, 1_000) }];
            }

            own.Add(Backup(random, i, time, layers));
        }

        Dictionary<BackupId, BackupPin> pins = own.Where(_ => random.Next(10) == 0)
            .ToDictionary(backup => backup.Id, backup => new BackupPin(backup.Id, "why", backup.CreatedAt, null));
        BackupId? good = own.LastOrDefault(backup => !backup.Manifest.IsSafety && random.Next(5) > 0)?.Id;
        DateTimeOffset now = time + (random.Next(10) == 0 ? TimeSpan.FromHours(-1) : TimeSpan.FromHours(random.Next(200)));
        return new RandomHistory(new RetentionHistory(own, good, pins), Rules(random), now, random.Next(4) == 0);
    }

    private static BackupSummary Backup(Random random, int ordinal, DateTimeOffset time, List<ManifestLayer> layers) => new(
        TestManifests.Full with
        {
            Id = TestLayers.Id("backup-" + ordinal),
            Ordinal = ordinal,
            IsSafety = random.Next(6) == 0,
            Kind = random.Next(4) == 0 ? BackupKind.Full : BackupKind.Incremental,
            CreatedAt = UnixTime.Microseconds(time),
            Duration = random.Next(3) * 60_000_000,
            Layers = layers,
        },
        random.Next(100, 200));

    private static TimeSpan Step(Random random, bool backwards) => random.Next(20) switch
    {
        0 when backwards => TimeSpan.FromHours(-random.Next(48)),
        0 => TimeSpan.FromDays(random.Next(200)),
        < 4 => TimeSpan.Zero,
        < 10 => TimeSpan.FromMinutes(random.Next(90)),
        < 16 => TimeSpan.FromHours(random.Next(30)),
        _ => TimeSpan.FromDays(random.Next(10)),
    };

    private static BackupOptions Rules(Random random)
    {
        bool keep = random.Next(3) > 0;
        BackupOptions options = new()
        {
            MaxBackups = random.Next(3) == 0 ? random.Next(1, 15) : null,
            MaxBackupAge = random.Next(3) == 0 ? TimeSpan.FromDays(random.Next(1, 100)) : null,
            MaxTotalSize = random.Next(4) == 0 ? random.Next(1, 10_000) : null,
            FullBackupInterval = random.Next(2) == 0 ? TimeSpan.FromDays(random.Next(1, 100)) : null,
            KeepLast = Some(),
            KeepHourly = Some(),
            KeepDaily = Some(),
            KeepWeekly = Some(),
            KeepMonthly = Some(),
            KeepYearly = Some(),
        };
        return options;

        int? Some() => keep && random.Next(3) == 0 ? random.Next(1, 6) : null;
    }
}
