using LlmSpell.State;
using LlmSpell.Testing;
using LlmSpell.Testing.Repositories;

namespace LlmSpell.Backup.Tests.Operations;

/// <summary>Restores of selected entries, their plans, comparisons and undoing.</summary>
public sealed class PartialRestoreTests
{
    private static readonly string[] Scopes = ["global", "agent:a", "agent:b", "session:1", "tool:ü"];
    private static readonly string[] Patterns = ["global", "agent:*", "agent:b", "s*", "tool:ü", "none"];
    private static readonly string[] Prefixes = ["k1", "k2", "k", "none"];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_layer_file_that_is_missing_or_cut_is_found_before_the_state_is_locked()
    {
        using SmallRepository repository = await SmallRepository.CreateAsync();
        BackupManifest backup = repository.Backups[2];
        RestoreRequest request = new() { Selection = EntrySelection.Of(["none"], []) };
        foreach (string path in RepositoryPaths.LayerFiles(backup.Layers))
        {
            foreach (byte[]? bytes in (byte[]?[])[null, []])
            {
                MemoryStorage files = repository.Storage.Copy();
                files.Files.TryRemove(path, out _);
                if (bytes is not null)
                {
                    files.Files[path] = bytes;
                }

                using StateTransaction busy = repository.Store.BeginTransaction();
                BackupDamagedException damage = await Assert.ThrowsAsync<BackupDamagedException>(
                    () => repository.ServiceOn(files).RestoreAsync(backup.Id.Value, request, null, Cancel));
                Assert.Equal(path, damage.File);
            }
        }
    }

    [Fact]
    public async Task A_comparison_with_the_state_ends_at_the_next_entry_after_it_is_cancelled()
    {
        using BackupFixture fixture = new(StoreKind.Memory);
        BackupSummary backup = await fixture.CreateAsync();
        for (int i = 0; i < 10; i++)
        {
            fixture.Store.Save(("global", $"k{i}"), i);
        }

        using CancellationTokenSource source = new();
        List<EntryDifference> seen = [];
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => fixture.Service.CompareAsync(
            backup.Id.Value, null, null, difference =>
            {
                seen.Add(difference);
                source.Cancel();
            },
            source.Token));

        Assert.Single(seen);
    }

    [Theory]
    [InlineData(1, StoreKind.Sqlite)]
    [InlineData(2, StoreKind.Memory)]
    [InlineData(3, StoreKind.Sqlite)]
    [InlineData(4, StoreKind.Memory)]
    [InlineData(5, StoreKind.RocksDb)]
    public async Task What_is_selected_becomes_the_backups_and_the_rest_stays(int seed, StoreKind kind)
    {
        using BackupFixture fixture = new(kind);
        Random random = new(seed);
        Dictionary<StateKey, StateValue> present = [];
        for (int round = 0; round < 12; round++)
        {
            Mutate(fixture.Store, present, random);
            BackupSummary backup = await fixture.CreateAsync(incremental: round % 3 != 0);
            Dictionary<StateKey, StateValue> then = new(present);
            Mutate(fixture.Store, present, random);
            EntrySelection selection = EntrySelection.Of(random.GetItems(Patterns, 1 + random.Next(2)), random.GetItems(Prefixes, random.Next(2)));
            Dictionary<StateKey, StateValue> expected = Merge(present, then, selection);
            string where = $"seed {seed}, round {round}, {selection}";

            List<EntryDifference> differences = [];
            RestoreRequest request = new() { Selection = selection };
            RestorePlan plan = await fixture.Service.PlanRestoreAsync(backup.Id.Value, request, differences.Add, Cancel);
            AssertSame(Differences(present, expected), differences, where);
            AssertContent(present, fixture.Store, where);

            RestoreResult result = await fixture.Service.RestoreAsync(backup.Id.Value, request, cancellationToken: Cancel);
            AssertContent(expected, fixture.Store, where);
            Assert.Equal(plan.Difference.Counts, result.Changes!.Counts);
            Assert.Equal(plan.Difference.Scopes, result.Changes.Scopes);
            Assert.Equal(plan.TakesSafetyBackup, result.SafetyBackup is not null);
            Assert.Equal(differences.Count > 0, result.SafetyBackup is not null);
            Assert.True(fixture.Store.Check(Cancel).IsSound, where);

            BackupSummary next = await fixture.CreateAsync(incremental: true);
            Assert.True(next.IsIncremental, $"{where}: {next.Manifest.Reason}");
            Assert.Equal(StateContent.Read(fixture.Store), await fixture.ContentOfAsync(next.Id));
            if (result.SafetyBackup is not null)
            {
                await fixture.Service.UndoRestoreAsync(cancellationToken: Cancel);
                AssertContent(present, fixture.Store, where);
            }
        }
    }

    [Theory]
    [InlineData(5)]
    [InlineData(6)]
    public async Task Comparing_finds_what_a_naive_comparison_finds(int seed)
    {
        using BackupFixture fixture = new(StoreKind.Memory);
        Random random = new(seed);
        Dictionary<StateKey, StateValue> present = [];
        List<(string Id, Dictionary<StateKey, StateValue> Content)> backups = [];
        for (int i = 0; i < 5; i++)
        {
            Mutate(fixture.Store, present, random);
            backups.Add(((await fixture.CreateAsync(incremental: i > 0)).Id.Value, new(present)));
        }

        Mutate(fixture.Store, present, random);
        foreach ((string before, Dictionary<StateKey, StateValue> then) in backups)
        {
            foreach ((string? after, Dictionary<StateKey, StateValue> later) in backups.Select(static b => ((string?)b.Id, b.Content)).Append((null, present)))
            {
                List<EntryDifference> found = [];
                DifferenceSummary summary = await fixture.Service.CompareAsync(before, after, null, found.Add, Cancel);
                EntryDifference[] expected = Differences(then, later);
                AssertSame(expected, found, $"seed {seed}, {before} and {after}");
                Assert.Equal(expected.Length, summary.Counts.Total);
                Assert.Equal(later.Count - summary.Counts.Added - summary.Counts.Changed, summary.Counts.Unchanged);
                Assert.Equal(summary.Counts.Total, summary.Scopes.Sum(static scope => scope.Added + scope.Changed + scope.Removed));
            }
        }
    }

    [Fact]
    public async Task Times_come_back_with_the_entries()
    {
        using BackupFixture fixture = new();
        fixture.Store.Save(("global", "a"), 1);
        Assert.True(fixture.Store.TryGetInfo(("global", "a"), out StateEntryInfo then));
        BackupSummary backup = await fixture.CreateAsync();
        fixture.Store.Save(("global", "a"), 2);
        await fixture.Service.RestoreAsync(
            backup.Id.Value, new RestoreRequest { Selection = EntrySelection.Of(["global"], []) }, cancellationToken: Cancel);
        Assert.True(fixture.Store.TryGetInfo(("global", "a"), out StateEntryInfo now));
        Assert.Equal(then, now);
    }

    [Fact]
    public async Task Without_a_safety_backup_none_is_taken()
    {
        using BackupFixture fixture = new();
        fixture.Store.Save(("global", "a"), 1);
        BackupSummary backup = await fixture.CreateAsync();
        fixture.Store.Save(("global", "a"), 2);
        RestoreRequest request = new() { SafetyBackup = false };
        Assert.False((await fixture.Service.PlanRestoreAsync(backup.Id.Value, request, cancellationToken: Cancel)).TakesSafetyBackup);
        Assert.Null((await fixture.Service.RestoreAsync(backup.Id.Value, request, cancellationToken: Cancel)).SafetyBackup);
        Assert.Single((await fixture.Service.ListAsync(Cancel)).Backups);
        await Assert.ThrowsAsync<StateNotFoundException>(() => fixture.Service.UndoRestoreAsync(cancellationToken: Cancel));
    }

    [Fact]
    public async Task A_safety_backup_can_go_to_another_repository_and_a_copy_keeps_its_own_id()
    {
        using BackupFixture fixture = new();
        using TemporaryFolder elsewhere = new();
        fixture.Store.Save(("global", "a"), 1);
        BackupSummary backup = await fixture.CreateAsync();
        using StateStore copy = new(new MemoryBackend());
        StoreId id = copy.ReadStatus().Store;
        FolderStorage own = new(elsewhere["backups"]);
        BackupService service = new(() => copy, fixture.Storage, fixture.Options);
        RestoreRequest request = new() { AdoptsStore = false, SafetyStorage = own };
        Assert.Null((await service.RestoreAsync(backup.Id.Value, request, cancellationToken: Cancel)).SafetyBackup);
        Assert.Equal(id, copy.ReadStatus().Store);

        copy.Save(("global", "b"), 2);
        IReadOnlyList<string> before = StateContent.Read(copy);
        await service.RestoreAsync(backup.Id.Value, request, cancellationToken: Cancel);
        Assert.Single((await fixture.Service.ListAsync(Cancel)).Backups);
        BackupService there = new(() => copy, own, fixture.Options);
        await there.UndoRestoreAsync(cancellationToken: Cancel);
        Assert.Equal(before, StateContent.Read(copy));
    }

    [Fact]
    public async Task A_conflict_with_another_writer_is_tried_again()
    {
        MemoryStorage storage = new();
        using StateStore store = new(new LlmSpell.Testing.Backends.ConflictingBackend(new MemoryBackend(), new Random(4), probability: 0.3), new StateStoreOptions { FlushInterval = TimeSpan.Zero });
        BackupService service = new(() => store, storage);
        for (int round = 0; round < 20; round++)
        {
            store.Transact(transaction => transaction.Save(("global", "a"), round));
            string id = (await service.CreateAsync(new CreateRequest(), Cancel)).Backup.Id.Value;
            store.Transact(transaction => transaction.Save(("global", "a"), -1));
            await service.RestoreAsync(id, new RestoreRequest { Selection = EntrySelection.Of(["global"], []) }, cancellationToken: Cancel);
            Assert.Equal(round, store.Load(("global", "a"))!.AsInteger());
        }
    }

    [Theory]
    [InlineData(StorageFault.Before)]
    [InlineData(StorageFault.After)]
    [InlineData(StorageFault.HalfWay)]
    public async Task Whatever_fails_the_state_is_the_present_one_or_the_restored(StorageFault fault)
    {
        for (int failAt = 1; ; failAt++)
        {
            MemoryStorage storage = new();
            using StateStore store = new(new MemoryBackend(), new StateStoreOptions { FlushInterval = TimeSpan.Zero });
            store.Save(("global", "a"), 1);
            store.Save(("other", "a"), 1);
            BackupService service = new(() => store, storage);
            string id = (await service.CreateAsync(new CreateRequest(), Cancel)).Backup.Id.Value;
            store.Save(("global", "a"), 2);
            store.Save(("other", "a"), 2);
            IReadOnlyList<string> present = StateContent.Read(store);
            FaultyStorage faulty = new(storage, failAt, fault);
            Exception? failure = await Record.ExceptionAsync(() => new BackupService(() => store, faulty).RestoreAsync(
                id, new RestoreRequest { Selection = EntrySelection.Of(["global"], []) }, cancellationToken: Cancel));
            if (!faulty.HasFailed)
            {
                Assert.Null(failure);
                Assert.True(failAt > 10);
                return;
            }

            Assert.True(failure is null or StateException, failure?.ToString());
            Assert.Equal(failure is not null, present.SequenceEqual(StateContent.Read(store)));
            Assert.Equal(2, store.Load(("other", "a"))!.AsInteger());
            store.Save(("global", "b"), "the write lock is free");
            Assert.All((await service.ListAsync(Cancel)).Backups, backup => Assert.True(service.ValidateAsync(backup.Id.Value, Cancel).Result.IsValid));
        }
    }

    private static void Mutate(StateStore store, Dictionary<StateKey, StateValue> model, Random random)
    {
        for (int i = random.Next(60); i > 0; i--)
        {
            StateKey key = (Scopes[random.Next(Scopes.Length)], $"k{random.Next(25)}");
            if (random.Next(3) == 0)
            {
                Assert.Equal(model.Remove(key), store.Delete(key));
            }
            else
            {
                StateValue value = random.Next(20) == 0 ? new string('x', 200_000 + random.Next(10)) : random.Next(3);
                store.Save(key, value);
                model[key] = value;
            }
        }
    }

    private static Dictionary<StateKey, StateValue> Merge(
        Dictionary<StateKey, StateValue> present, Dictionary<StateKey, StateValue> then, EntrySelection selection) =>
        new(present.Where(entry => !selection.Takes(entry.Key.Scope, entry.Key.Key))
            .Concat(then.Where(entry => selection.Takes(entry.Key.Scope, entry.Key.Key))));

    private static EntryDifference[] Differences(Dictionary<StateKey, StateValue> before, Dictionary<StateKey, StateValue> after) =>
    [
        .. before.Keys.Union(after.Keys).Order()
            .Select(key => (Key: key, Before: before.GetValueOrDefault(key), After: after.GetValueOrDefault(key)))
            .Where(static entry => !Equals(entry.Before, entry.After))
            .Select(static entry => new EntryDifference(
                entry.Before is null ? DifferenceKind.Added : entry.After is null ? DifferenceKind.Removed : DifferenceKind.Changed,
                entry.Key, entry.Before, entry.After)),
    ];

    private static void AssertSame(EntryDifference[] expected, List<EntryDifference> found, string where) =>
        Assert.True(expected.SequenceEqual(found), $"{where}: expected {expected.Length} differences, found {found.Count}");

    private static void AssertContent(Dictionary<StateKey, StateValue> expected, StateStore store, string where)
    {
        using IStateSnapshot snapshot = store.OpenSnapshot();
        using IEntryCursor cursor = snapshot.Scan(KeyRange.All);
        List<(StateKey, StateValue)> found = [];
        while (cursor.MoveNext())
        {
            found.Add((new StateKey(cursor.Scope, cursor.Key), StateValue.FromMessagePack(cursor.Value)));
        }

        Assert.True(expected.OrderBy(static entry => entry.Key).Select(static entry => (entry.Key, entry.Value)).SequenceEqual(found), where);
    }
}
