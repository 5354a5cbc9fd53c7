using LlmSpell.State;
using LlmSpell.Testing.Repositories;

namespace LlmSpell.Backup.Tests.Operations;

/// <summary>What a restore reads and the repository takes after a thousand incrementals in a row, with the limits that users have.</summary>
public sealed class ThousandIncrementalsTests(ITestOutputHelper output)
{
    private const int Entries = 3_000;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_restore_reads_at_most_half_more_than_of_a_full_and_the_repository_holds_at_most_two_states_and_a_half()
    {
        int seed = Environment.TickCount;
        output.WriteLine($"seed {seed}");
        Random random = new(seed);
        using StateStore store = new(new MemoryBackend(), new StateStoreOptions { FlushInterval = TimeSpan.Zero });
        List<string> keys = [.. Enumerable.Range(0, Entries).Select(static i => $"key{i:00000000}")];
        Save(store, random, keys);
        MemoryStorage storage = new();
        BackupService service = new(() => store, storage, new BackupOptions { CompressionLevel = 1 });
        BackupManifest full = (await service.CreateAsync(new CreateRequest(), Cancel)).Backup.Manifest;
        long fresh = storage.Files.Values.Sum(static file => (long)file.Length);

        long written = 0;
        long maxRead = 0;
        double peak = 0;
        int beyondTwice = 0;
        int sinceWhole = 0;
        int merges = 0;
        int wholes = 0;
        for (int i = 1; i <= 1_000; i++)
        {
            Change(store, random, keys, i);
            CreateResult created = await service.CreateAsync(new CreateRequest { Incremental = true }, Cancel);
            BackupManifest manifest = created.Backup.Manifest;
            Assert.Equal(BackupKind.Incremental, manifest.Kind);
            Assert.Empty(created.Warnings);
            Assert.InRange(manifest.Layers.Count, 1, 16);
            merges += created.MergedLayers > 0 ? 1 : 0;
            wholes += created.MergedLayers > 0 && manifest.Layers.Count == 1 ? 1 : 0;
            written += created.Backup.SizeBytes;
            maxRead = Math.Max(maxRead, manifest.Layers.Sum(static layer => layer.RawBytes));
            double taken = storage.Files.Values.Sum(static file => (long)file.Length) / (double)fresh;
            peak = Math.Max(peak, taken);
            beyondTwice += taken > 2 ? 1 : 0;

            // The old base stays for as long as one of the ten newest backups needs it; only then there are two.
            sinceWhole = created.MergedLayers > 0 && manifest.Layers.Count == 1 ? 0 : sinceWhole + 1;
            Assert.True(taken <= 2 || sinceWhole < 10, $"{taken} times a full, {sinceWhole} backups after its base was made");
        }

        double end = storage.Files.Values.Sum(static file => (long)file.Length) / (double)fresh;
        output.WriteLine($"{merges} merges, {wholes} of everything; {written / (double)fresh:0.00} states written");
        output.WriteLine($"a restore reads at most {maxRead / (double)full.Layers[0].RawBytes:0.000} times the records of a full");
        output.WriteLine($"the repository takes at most {peak:0.000} times a full, more than 2 after {beyondTwice} of 1000 backups, {end:0.000} at the end");

        // The keys and lengths of values never change in sum, so the first full is as large as a fresh one.
        Assert.True(maxRead <= full.Layers[0].RawBytes * 3 / 2);
        Assert.True(peak <= 2.75, $"{peak}");
        Assert.True(beyondTwice <= 10 * wholes);
        BackupSummary newest = (await service.ListAsync(Cancel)).Backups[^1];
        ValidationReport report = await service.ValidateAsync(newest.Id.Value, Cancel);
        Assert.True(report.IsValid);
        Assert.Equal(Entries, report.Entries);
    }

    [Fact]
    public async Task A_state_that_shrinks_does_not_leave_a_base_that_is_mostly_deleted()
    {
        Random random = new(3);
        using StateStore store = new(new MemoryBackend(), new StateStoreOptions { FlushInterval = TimeSpan.Zero });
        List<string> keys = [.. Enumerable.Range(0, Entries).Select(static i => $"key{i:00000000}")];
        Save(store, random, keys);
        BackupService service = new(() => store, new MemoryStorage(), new BackupOptions { CompressionLevel = 1 });
        long whole = (await service.CreateAsync(new CreateRequest(), Cancel)).Backup.Manifest.Layers[0].RawBytes;
        BackupManifest manifest;
        do
        {
            for (int n = 0; n < 25; n++)
            {
                int deleted = random.Next(keys.Count);
                store.Delete(("global", keys[deleted]));
                keys.RemoveAt(deleted);
            }

            manifest = (await service.CreateAsync(new CreateRequest { Incremental = true }, Cancel)).Backup.Manifest;
            Assert.Equal(BackupKind.Incremental, manifest.Kind);
            long live = whole * keys.Count / Entries;
            long read = manifest.Layers.Sum(static layer => layer.RawBytes);
            Assert.True(read <= (live * 3 / 2) + MergeLimits.Default.NegligibleBytes, $"{read} bytes are read for {live} of {keys.Count} entries");
        }
        while (keys.Count > 25);

        Assert.True((await service.ValidateAsync(manifest.Id.Value, Cancel)).IsValid);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(Entries / 20)]
    [InlineData(Entries / 2)]
    public async Task After_much_was_deleted_at_once_no_restore_reads_it_any_more(int left)
    {
        using StateStore store = new(new MemoryBackend(), new StateStoreOptions { FlushInterval = TimeSpan.Zero });
        List<string> keys = [.. Enumerable.Range(0, Entries).Select(static i => $"key{i:00000000}")];
        Save(store, new Random(4), keys);
        BackupService service = new(() => store, new MemoryStorage(), new BackupOptions { CompressionLevel = 1 });
        long whole = (await service.CreateAsync(new CreateRequest(), Cancel)).Backup.Manifest.Layers[0].RawBytes;
        store.Transact(transaction => keys[left..].ForEach(key => transaction.Delete(("global", key))));
        for (int i = 0; i < 3; i++)
        {
            BackupManifest manifest = (await service.CreateAsync(new CreateRequest { Incremental = true }, Cancel)).Backup.Manifest;
            Assert.Equal(BackupKind.Incremental, manifest.Kind);
            long read = manifest.Layers.Sum(static layer => layer.RawBytes);
            Assert.True(read <= (whole * left / Entries) * 3 / 2, $"{read} bytes are read for {left} entries");
        }
    }

    [Theory]
    [InlineData(2_000)]
    [InlineData(20_000)]
    public async Task After_large_values_became_small_no_restore_reads_them_any_more(int entries)
    {
        using StateStore store = new(new MemoryBackend(), new StateStoreOptions { FlushInterval = TimeSpan.Zero });
        List<string> keys = [.. Enumerable.Range(0, entries).Select(static i => $"key{i:00000000}")];
        Save(store, new Random(5), keys);
        BackupService service = new(() => store, new MemoryStorage(), new BackupOptions { CompressionLevel = 1 });
        await service.CreateAsync(new CreateRequest(), Cancel);
        store.Transact(transaction => keys.ForEach(key => transaction.Save(("global", key), 1)));
        CreateResult created = await service.CreateAsync(new CreateRequest { Incremental = true }, Cancel);
        Assert.True(created.Backup.IsIncremental);
        Assert.Equal(2, created.MergedLayers);
        Assert.True(Assert.Single(created.Backup.Manifest.Layers).RawBytes < entries * 50);
        Assert.True((await service.ValidateAsync(created.Backup.Id.Value, Cancel)).IsValid);
    }

    [Fact]
    public async Task What_a_larger_layer_has_overridden_counts_with_what_a_small_one_does()
    {
        using StateStore store = new(new MemoryBackend(), new StateStoreOptions { FlushInterval = TimeSpan.Zero });
        List<string> keys = [.. Enumerable.Range(0, 20_000).Select(static i => $"key{i:00000000}")];
        Save(store, new Random(7), keys);
        BackupService service = new(() => store, new MemoryStorage(), new BackupOptions { CompressionLevel = 1 });
        await service.CreateAsync(new CreateRequest(), Cancel);
        store.Transact(transaction => keys[..7_000].ForEach(key => transaction.Save(("global", key), Noise(new byte[700]))));
        CreateResult large = await service.CreateAsync(new CreateRequest { Incremental = true }, Cancel);
        Assert.Equal(0, large.MergedLayers);
        store.Transact(transaction => keys[7_000..14_000].ForEach(key => transaction.Save(("global", key), 1)));
        CreateResult small = await service.CreateAsync(new CreateRequest { Incremental = true }, Cancel);
        Assert.Equal(3, small.MergedLayers);
        Assert.Single(small.Backup.Manifest.Layers);
    }

    [Fact]
    public async Task A_huge_value_that_is_deleted_from_among_many_small_ones_is_read_by_no_restore_any_more()
    {
        using StateStore store = new(new MemoryBackend(), new StateStoreOptions { FlushInterval = TimeSpan.Zero });
        byte[] huge = new byte[12_000_000];
        new Random(6).NextBytes(huge);
        store.Save(("global", "huge"), StateValue.From(huge));
        store.Transact(static transaction => Enumerable.Range(0, 1_000).ToList().ForEach(i => transaction.Save(("agent:a", $"{i}"), i)));
        BackupService service = new(() => store, new MemoryStorage(), new BackupOptions());
        await service.CreateAsync(new CreateRequest(), Cancel);
        store.Delete(("global", "huge"));
        BackupManifest manifest = (await service.CreateAsync(new CreateRequest { Incremental = true }, Cancel)).Backup.Manifest;
        Assert.Equal(BackupKind.Incremental, manifest.Kind);
        Assert.Equal(1_000, Assert.Single(manifest.Layers).Records);
    }

    [Fact]
    public async Task Small_values_that_change_beside_large_ones_do_not_let_the_base_be_written_again()
    {
        using StateStore store = new(new MemoryBackend(), new StateStoreOptions { FlushInterval = TimeSpan.Zero });
        List<string> documents = [.. Enumerable.Range(0, 100).Select(static i => $"{i:000}/document")];
        byte[] document = new byte[100_000];
        store.Transact(transaction => documents.ForEach(key => transaction.Save(("global", key), Noise(document))));
        BackupService service = new(() => store, new MemoryStorage(), new BackupOptions { CompressionLevel = 1 });
        SaveCounters(0);
        await service.CreateAsync(new CreateRequest(), Cancel);
        long written = 0;
        for (int i = 1; i <= 40; i++)
        {
            SaveCounters(i);
            BackupSummary backup = (await service.CreateAsync(new CreateRequest { Incremental = true }, Cancel)).Backup;
            Assert.True(backup.IsIncremental);
            written += backup.SizeBytes;
        }

        Assert.True(written < 1_000_000, $"{written} bytes were written");

        void SaveCounters(int value) => store.Transact(transaction =>
            Enumerable.Range(0, 100).ToList().ForEach(i => Enumerable.Range(0, 5).ToList().ForEach(n => transaction.Save(("global", $"{i:000}/{n}"), value))));
    }

    [Fact]
    public async Task Values_that_do_not_compress_and_change_at_each_backup_are_not_read_over_and_over()
    {
        using StateStore store = new(new MemoryBackend(), new StateStoreOptions { FlushInterval = TimeSpan.Zero });
        byte[] value = new byte[1_000];
        store.Transact(transaction => Enumerable.Range(0, 20_000).ToList().ForEach(i => transaction.Save(("global", $"{i:00000}"), StateValue.From(value))));
        BackupService service = new(() => store, new MemoryStorage(), new BackupOptions { CompressionLevel = 1 });
        await service.CreateAsync(new CreateRequest(), Cancel);
        long written = 0;
        for (int i = 0; i < 30; i++)
        {
            store.Transact(transaction => Enumerable.Range(0, 400).ToList().ForEach(n => transaction.Save(("global", $"{n:00000}"), Noise(new byte[1_000]))));
            BackupSummary backup = (await service.CreateAsync(new CreateRequest { Incremental = true }, Cancel)).Backup;
            Assert.InRange(backup.RestoreBytes, 400_000, 600_000 + MergeLimits.Default.NegligibleBytes);
            written += backup.SizeBytes;
        }

        Assert.True(written < 30 * 400_000 * 2, $"{written} bytes were written");
    }

    private static StateValue Noise(byte[] bytes)
    {
        Random.Shared.NextBytes(bytes);
        return StateValue.From(bytes);
    }

    private static void Change(StateStore store, Random random, List<string> keys, int backup)
    {
        List<string> changed = [];
        for (int n = 0; n < 8; n++)
        {
            changed.Add(keys[random.Next(keys.Count)]);
        }

        for (int n = 0; n < 2; n++)
        {
            int replaced = random.Next(keys.Count);
            store.Delete(("global", keys[replaced]));
            keys[replaced] = $"new{backup:0000}{n:0000}";
            changed.Add(keys[replaced]);
        }

        Save(store, random, [.. changed.Where(keys.Contains)]);
    }

    private static void Save(StateStore store, Random random, IReadOnlyList<string> keys)
    {
        byte[] value = new byte[1_000];
        store.Transact(transaction =>
        {
            foreach (string key in keys)
            {
                random.NextBytes(value);
                transaction.Save(("global", key), StateValue.From(value));
            }
        });
    }
}
