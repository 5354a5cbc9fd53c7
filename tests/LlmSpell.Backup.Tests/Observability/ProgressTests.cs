using System.Collections.Concurrent;
using LlmSpell.State;
using LlmSpell.Testing.Repositories;
using Microsoft.Extensions.Time.Testing;

namespace LlmSpell.Backup.Tests.Observability;

public sealed class ProgressTests : IDisposable
{
    private const int Entries = 3_000;

    private readonly StateStore _store = new(new MemoryBackend());
    private readonly FakeTimeProvider _clock = new(new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero));
    private readonly Recorder _seen = new();
    private readonly BackupService _service;

    public ProgressTests()
    {
        _service = new BackupService(() => _store, new MemoryStorage(), new BackupOptions { TimeProvider = _clock });
        for (int i = 0; i < Entries; i++)
        {
            _store.Save(("global", $"key {i:d5}"), new string('x', 1_000));
        }
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => _store.Dispose();

    [Theory]
    [InlineData(0L, null)]
    [InlineData(1L, long.MaxValue)]
    [InlineData(1L << 60, 7L)]
    [InlineData(1L << 62, 1L)]
    [InlineData(long.MaxValue, 0L)]
    public void The_time_left_is_a_number_from_the_first_byte_on(long done, long? tenthsOfSeconds)
    {
        BackupProgress progress = new(BackupStage.Hashing, 0, null, done, long.MaxValue, TimeSpan.FromMilliseconds(100));

        Assert.Equal(tenthsOfSeconds, progress.TimeLeft is { } left ? left == TimeSpan.MaxValue ? long.MaxValue : (long)left.TotalMilliseconds / 100 : null);
    }

    [Fact]
    public async Task A_create_counts_to_the_number_of_entries()
    {
        await _service.CreateAsync(new CreateRequest(), _seen, Cancel);

        Assert.Equal(new BackupProgress(BackupStage.Writing, 0, Entries, 0, null, TimeSpan.Zero), _seen.All[0]);
        Assert.Equal(Entries, _seen.All[^1].Entries);
        Assert.Equal(1, _seen.All[^1].Fraction);
        Assert.True(_seen.All[^1].Bytes > Entries * 1_000);
    }

    [Fact]
    public async Task Each_stage_is_reported_at_its_end()
    {
        string id = (await _service.CreateAsync(new CreateRequest(), Cancel)).Backup.Id.Value;
        _store.Save(("global", "one more"), 1);
        await _service.RestoreAsync(id, request: null, _seen, Cancel);

        BackupProgress[] ends = [.. _seen.All.Where((progress, i) => i == _seen.All.Count - 1 || _seen.All[i + 1].Stage != progress.Stage)];
        Assert.Equal([BackupStage.Hashing, BackupStage.Writing, BackupStage.Restoring], ends.Select(static progress => progress.Stage));
        Assert.All(ends, static progress => Assert.True(progress.Fraction is null or 1, progress.ToString()));
    }

    [Fact]
    public async Task An_incremental_does_not_know_how_much_there_will_be()
    {
        await _service.CreateAsync(new CreateRequest(), Cancel);
        _store.Save(("global", "one more"), 1);
        await _service.CreateAsync(new CreateRequest { Incremental = true }, _seen, Cancel);

        Assert.All(_seen.All, static progress => Assert.Null(progress.Fraction));
        Assert.Equal(1, _seen.All[^1].Entries);
    }

    [Fact]
    public async Task A_merge_counts_all_of_a_block_that_it_copies()
    {
        MergeLimits limits = new() { MaxLayers = 2, NegligibleBytes = long.MaxValue, MinCopiedBytes = 1 };
        BackupService service = new(() => _store, new MemoryStorage(), new BackupOptions { TimeProvider = _clock, MergeLimits = limits });
        await service.CreateAsync(new CreateRequest(), Cancel);
        _store.SaveMany(Enumerable.Range(0, 1_200).Select(static i => KeyValuePair.Create(new StateKey("global", $"key {i:d5}"), StateValue.From(new string('y', 1_000)))));
        await service.CreateAsync(new CreateRequest { Incremental = true }, Cancel);
        _store.Save(("global", "one more"), 1);
        CreateResult merged = await service.CreateAsync(new CreateRequest { Incremental = true }, _seen, Cancel);

        Assert.Equal(2, merged.MergedLayers);
        BackupProgress end = _seen.All.Last(static progress => progress.Stage == BackupStage.Merging);
        Assert.Equal((1_201, 1_201), (end.Entries, end.TotalEntries));
        Assert.Equal(end.TotalBytes, end.Bytes);
    }

    [Fact]
    public async Task A_validation_counts_to_the_end()
    {
        string id = (await _service.CreateAsync(new CreateRequest(), Cancel)).Backup.Id.Value;
        await _service.ValidateAsync(id, _seen, Cancel);

        Assert.All(_seen.All, static progress => Assert.Equal(BackupStage.Validating, progress.Stage));
        Assert.Equal(_seen.All[^1].TotalBytes, _seen.All[^1].Bytes);
        Assert.Equal(Entries, _seen.All[^1].Entries);
    }

    [Fact]
    public async Task A_restore_hashes_the_files_then_saves_what_is_there_then_loads()
    {
        string id = (await _service.CreateAsync(new CreateRequest(), Cancel)).Backup.Id.Value;
        _store.Save(("global", "one more"), 1);
        await _service.RestoreAsync(id, request: null, _seen, Cancel);

        Assert.Equal(
            [BackupStage.Hashing, BackupStage.Writing, BackupStage.Restoring], _seen.All.Select(static progress => progress.Stage).Distinct());
        Assert.Equal(1, _seen.All[^1].Fraction);
    }

    [Fact]
    public async Task However_many_blocks_there_are_it_tells_ten_times_a_second()
    {
        await _service.CreateAsync(new CreateRequest(), _seen, Cancel);

        // The clock stands still: only the stage's beginning and end are told.
        Assert.Equal(2, _seen.All.Count);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Whoever_throws_at_any_report_ends_a_restore_before_the_state_is_changed(bool selected)
    {
        string id = (await _service.CreateAsync(new CreateRequest(), Cancel)).Backup.Id.Value;
        RestoreRequest request = new() { Selection = selected ? EntrySelection.Of(["global"], []) : EntrySelection.All };
        _store.Save(("global", "one more"), 1);
        Fingerprint before = _store.ReadStatus().Fingerprint;
        int report = 1;
        while (await ThrowsAsync(progress => _service.RestoreAsync(id, request, progress, Cancel), report))
        {
            Assert.Equal(before, _store.ReadStatus().Fingerprint);
            report++;
        }

        Assert.True(report > 3, $"{report}");
        Assert.NotEqual(before, _store.ReadStatus().Fingerprint);
    }

    [Fact]
    public async Task Whoever_throws_at_any_report_ends_a_create_before_there_is_a_backup()
    {
        int report = 1;
        while (await ThrowsAsync(progress => _service.CreateAsync(new CreateRequest(), progress, Cancel), report))
        {
            Assert.Empty((await _service.ListAsync(Cancel)).Backups);
            report++;
        }

        Assert.True(report > 2, $"{report}");
        Assert.Single((await _service.ListAsync(Cancel)).Backups);
    }

    [Fact]
    public async Task A_restore_of_selected_entries_goes_on_restoring_after_its_safety_backup()
    {
        string id = (await _service.CreateAsync(new CreateRequest(), Cancel)).Backup.Id.Value;
        _store.Save(("global", "key 00000"), 1);

        await _service.RestoreAsync(id, new RestoreRequest { Selection = EntrySelection.Of(["global"], []) }, _seen, Cancel);

        Assert.Contains(_seen.All, static progress => progress.Stage == BackupStage.Writing);
        Assert.Equal(BackupStage.Restoring, _seen.All[^1].Stage);
    }

    [Fact]
    public void Speed_and_time_left_follow_from_the_numbers()
    {
        BackupProgress quarter = new(BackupStage.Validating, 10, 40, 1_000, 4_000, TimeSpan.FromSeconds(2));

        Assert.Equal(500, quarter.BytesPerSecond);
        Assert.Equal(TimeSpan.FromSeconds(6), quarter.TimeLeft);
        Assert.Null((quarter with { TotalBytes = null, TotalEntries = null }).TimeLeft);
        Assert.Null((quarter with { Bytes = 0 }).TimeLeft);
    }

    /// <summary>Whether the operation came to a report of that number, from 1, and ended with what was thrown there.</summary>
    private static async Task<bool> ThrowsAsync(Func<IProgress<BackupProgress>, Task> operation, int report)
    {
        Thrower thrower = new(report);
        try
        {
            await operation(thrower);
            return false;
        }
        catch (InvalidTimeZoneException e)
        {
            Assert.Same(thrower.Thrown, e);
            return true;
        }
    }

    private sealed class Thrower(int report) : IProgress<BackupProgress>
    {
        private int _seen;

        internal Exception? Thrown { get; private set; }

        public void Report(BackupProgress value)
        {
            if (Interlocked.Increment(ref _seen) == report)
            {
                throw Thrown = new InvalidTimeZoneException("whoever is told fails");
            }
        }
    }

    private sealed class Recorder : IProgress<BackupProgress>
    {
        private readonly ConcurrentQueue<BackupProgress> _all = [];

        internal IReadOnlyList<BackupProgress> All => [.. _all];

        public void Report(BackupProgress value) => _all.Enqueue(value);
    }
}
