using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Runtime.CompilerServices;
using LlmSpell.State;
using LlmSpell.Testing.Repositories;
using Microsoft.Extensions.Time.Testing;

namespace LlmSpell.Backup.Tests.Operations;

/// <summary>
/// Restores stay cheap, the repository small and creates in proportion to the changes, whatever a state does: bytes are counted, not time. The limits are
/// those that users have, but for the bytes that never count as too many, since the states are small.
/// </summary>
public sealed class LayerSimulationTests(ITestOutputHelper output)
{
    private const int Negligible = 64 << 10;

    private static readonly MergeLimits Limits = new() { NegligibleBytes = Negligible };
    private static readonly BackupOptions TenKept = new() { CompressionLevel = 1, MaxBackupAge = null };
    private static readonly BackupOptions AllKept = TenKept with { MaxBackups = null };
    private static readonly BackupOptions Thinned = AllKept with { KeepLast = 3, KeepDaily = 5, KeepWeekly = 4, KeepMonthly = 6 };

    public static TheoryData<Workload> Workloads => [.. Enum.GetValues<Workload>()];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(Workloads))]
    public async Task A_restore_reads_at_most_half_more_than_of_a_fresh_full_whatever_changed(Workload workload) =>
        AssertWithin(await RunAsync(workload, Limits, TenKept, backups: 80));

    [Theory]
    [InlineData(Workload.ShrinkingValues)]
    [InlineData(Workload.FewHugeValues)]
    [InlineData(Workload.CountersBesideDocuments)]
    public Task Where_only_samples_are_affordable_it_is_so_before_long(Workload workload) =>
        RunWithoutAffordableAsync(workload, backups: 80);

    [Theory]
    [InlineData(Workload.UniformOverwrite)]
    [InlineData(Workload.MassDeletionAndRefill)]
    [InlineData(Workload.AnyOfThem)]
    public async Task What_is_kept_of_a_long_time_takes_little_more_than_it_needs(Workload workload) =>
        AssertWithin(await RunAsync(workload, Limits, Thinned, backups: 80));

    [Theory(Explicit = true)]
    [MemberData(nameof(Workloads))]
    public async Task The_same_for_a_thousand_backups(Workload workload)
    {
        // Some of these states grow beyond what can be looked at each time.
        AssertWithin(await RunAsync(workload, Limits, TenKept, 1_000), longestBeyond: 16);
        AssertWithin(await RunAsync(workload, Limits, Thinned, 1_000), longestBeyond: 16);
        await RunWithoutAffordableAsync(workload, 1_000);
    }

    private async Task RunWithoutAffordableAsync(Workload workload, int backups)
    {
        Figures figures = await RunAsync(workload, Limits with { AffordableBytes = 0 }, AllKept, backups);
        AssertWithin(figures, longestBeyond: 16, mostKept: 8);
        // Sixteen times the changes of newer layers, as much of the base, and now and then larger samples.
        Assert.True(figures.ReadByCreates <= 64, $"{figures}");
    }

    // Bases that are merged into smaller ones again and again, and are all still needed, add up to three times the first; then there are the changes, and their merges.
    private static void AssertWithin(Figures figures, int longestBeyond = 0, double mostKept = 4.5)
    {
        Assert.True(figures.LongestBeyond <= longestBeyond, $"{figures}");
        Assert.True(figures.Written <= 8, $"{figures}");
        Assert.True(figures.MostKept <= mostKept, $"{figures}");
    }

    private async Task<Figures> RunAsync(Workload workload, MergeLimits limits, BackupOptions retention, int backups)
    {
        int seed = Environment.TickCount;
        output.WriteLine($"seed {seed}");
        Random random = new(seed);
        using StateStore store = NewStore();
        CountingStorage storage = new(new MemoryStorage());
        FakeTimeProvider clock = new(new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero));
        BackupService service = new(() => store, storage, retention with { MergeLimits = limits, TimeProvider = clock });
        WorkingState state = new(store, random);
        Dictionary<BackupId, ImmutableSortedDictionary<StateKey, StateValue>> taken = [];
        state.Start(workload);
        double mostRead = 0;
        double mostKept = 0;
        long written = -state.Live;
        long readByCreates = 0;
        int beyond = 0;
        int longestBeyond = 0;
        for (int i = 0; i <= backups; i++)
        {
            if (i > 0)
            {
                clock.Advance(TimeSpan.FromHours(5));
                state.Step(workload, i);
            }

            long readBefore = storage.Read;
            BackupManifest manifest = (await CreateAsync(service, incremental: i > 0)).Manifest;
            readByCreates += storage.Read - readBefore;
            written += manifest.Layers.Where(layer => layer.CreatedBy == manifest.Id).Sum(static layer => layer.RawBytes);
            taken[manifest.Id] = state.Entries;

            double read = Ratio(manifest.Layers.Sum(static layer => layer.RawBytes), state.Live);
            if (i % 4 == 0)
            {
                read = Math.Max(read, Ratio(Stored(manifest), Stored(await FreshFullAsync(store))));
            }

            mostRead = Math.Max(mostRead, read);
            beyond = read > 1.51 ? beyond + 1 : 0;
            longestBeyond = Math.Max(longestBeyond, beyond);
            if (i % 10 == 0)
            {
                BackupSummary[] kept = [.. (await service.ListAsync(Cancel)).Backups];
                long layers = kept.SelectMany(static backup => backup.Manifest.Layers).Distinct().Sum(static layer => layer.RawBytes);
                long needed = kept.SelectMany(backup => taken[backup.Id]).Distinct(SameRecord.Comparer)
                    .Sum(static entry => WorkingState.Length(entry.Key, entry.Value));
                mostKept = Math.Max(mostKept, Ratio(layers, needed));
                BackupId some = kept[random.Next(kept.Length)].Id;
                await AssertRestoresAsync(storage, some, taken[some]);
            }
        }

        Figures figures = new(mostRead, longestBeyond, written / (double)state.Changed, readByCreates / (double)state.Changed, mostKept);
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{workload}, {retention.MaxBackups} kept, {limits.AffordableBytes} affordable, {backups} backups: {figures}"));
        return figures;
    }

    private static async Task<BackupSummary> CreateAsync(BackupService service, bool incremental)
    {
        CreateResult created = await service.CreateAsync(new CreateRequest { Incremental = incremental }, Cancel);
        Assert.Null(created.Backup.Manifest.Reason);
        Assert.Empty(created.Warnings);
        Assert.InRange(created.Backup.Manifest.Layers.Count, 0, MergeLimits.Default.MaxLayers);
        return created.Backup;
    }

    private static double Ratio(long bytes, long of) => Math.Max(0, bytes - Negligible) / (double)Math.Max(1, of);

    private static long Stored(BackupManifest manifest) => manifest.Layers.Sum(static layer => layer.DataBytes + layer.IndexBytes);

    private static async Task<BackupManifest> FreshFullAsync(StateStore store)
    {
        BackupService service = new(() => store, new MemoryStorage(), new BackupOptions { CompressionLevel = 1 });
        return (await CreateAsync(service, incremental: false)).Manifest;
    }

    private static async Task AssertRestoresAsync(CountingStorage storage, BackupId id, ImmutableSortedDictionary<StateKey, StateValue> expected)
    {
        using StateStore scratch = NewStore();
        await new BackupService(() => scratch, storage, new BackupOptions()).RestoreAsync(id.Value, Cancel);
        using IStateSnapshot snapshot = scratch.OpenSnapshot();
        using IEntryCursor cursor = snapshot.Scan(KeyRange.All);
        foreach ((StateKey key, StateValue value) in expected)
        {
            Assert.True(cursor.MoveNext());
            Assert.True(key.Scope.SequenceEqual(cursor.Scope) && key.Key.SequenceEqual(cursor.Key) && value.Bytes.Span.SequenceEqual(cursor.Value));
        }

        Assert.False(cursor.MoveNext());
    }

    private static StateStore NewStore() => new(new MemoryBackend(), new StateStoreOptions { FlushInterval = TimeSpan.Zero });

    /// <summary>What one run came to.</summary>
    /// <param name="MostRead">The most that a restore would read, beyond what never counts, by what it would read of a fresh full.</param>
    /// <param name="LongestBeyond">For how many backups in a row that was too much.</param>
    /// <param name="Written">What creates wrote in layers, by the bytes that were saved, replaced and deleted.</param>
    /// <param name="ReadByCreates">What creates and their cleanups read of layers, by the same.</param>
    /// <param name="MostKept">The most that all layers had, by what the records of all kept backups have, each counted once.</param>
    private sealed record Figures(double MostRead, int LongestBeyond, double Written, double ReadByCreates, double MostKept);

    /// <summary>Each save makes a value of its own, so it is one record in all backups that have it.</summary>
    private sealed class SameRecord : IEqualityComparer<KeyValuePair<StateKey, StateValue>>
    {
        internal static SameRecord Comparer { get; } = new();

        public bool Equals(KeyValuePair<StateKey, StateValue> x, KeyValuePair<StateKey, StateValue> y) => ReferenceEquals(x.Value, y.Value);

        public int GetHashCode([DisallowNull] KeyValuePair<StateKey, StateValue> obj) => RuntimeHelpers.GetHashCode(obj.Value);
    }
}
