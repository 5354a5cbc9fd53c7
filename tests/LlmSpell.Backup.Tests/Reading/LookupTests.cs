using LlmSpell.Backup.Tests.Operations;
using LlmSpell.State;
using LlmSpell.Testing.Repositories;

namespace LlmSpell.Backup.Tests.Reading;

/// <summary>Entries and keys out of backups that are not restored.</summary>
public sealed class LookupTests
{
    private const int Large = 60_000;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Each_entry_of_each_backup_is_found_as_it_was_then()
    {
        using BackupFixture fixture = new(StoreKind.Memory);
        List<(BackupSummary Backup, Dictionary<StateKey, StateValue> Content)> backups = [];
        Dictionary<StateKey, StateValue> present = [];
        Random random = new(3);
        for (int round = 0; round < 6; round++)
        {
            for (int i = 0; i < 40; i++)
            {
                StateKey key = ($"agent:{random.Next(4)}", $"k{random.Next(30)}");
                if (random.Next(4) == 0)
                {
                    fixture.Store.Delete(key);
                    present.Remove(key);
                }
                else
                {
                    StateValue value = new string((char)('a' + random.Next(26)), random.Next(Large));
                    fixture.Store.Save(key, value);
                    present[key] = value;
                }
            }

            backups.Add((await fixture.CreateAsync(incremental: true), new(present)));
        }

        foreach ((BackupSummary backup, Dictionary<StateKey, StateValue> content) in backups)
        {
            for (int scope = 0; scope < 5; scope++)
            {
                for (int i = 0; i < 31; i++)
                {
                    StateKey key = ($"agent:{scope}", $"k{i}");
                    BackupEntry? found = await fixture.Service.LoadAsync(backup.Id.Value, key, Cancel);
                    Assert.Equal(content.GetValueOrDefault(key), found?.Value);
                }

                IReadOnlyList<string> keys = await fixture.Service.ListKeysAsync(backup.Id.Value, $"agent:{scope}", "k1", Cancel);
                Assert.Equal(
                    content.Keys.Where(key => key.ScopeText == $"agent:{scope}" && key.KeyText.StartsWith("k1", StringComparison.Ordinal)).Order().Select(key => key.KeyText),
                    keys);
            }
        }
    }

    [Fact]
    public async Task One_key_costs_one_index_and_one_block()
    {
        MemoryStorage storage = new();
        using StateStore store = new(new MemoryBackend(), new StateStoreOptions { FlushInterval = TimeSpan.Zero });
        for (int i = 0; i < 100; i++)
        {
            store.Save(("global", $"k{i:d3}"), new string('x', Large));
        }

        string id = (await new BackupService(() => store, storage).CreateAsync(new CreateRequest(), Cancel)).Backup.Id.Value;
        FaultyStorage counting = new(storage, 0);
        Assert.NotNull(await new BackupService(() => store, counting).LoadAsync(id, ("global", "k050"), Cancel));
        Assert.Equal(1, counting.Operations.Count(static operation => operation.StartsWith("read layers/", StringComparison.Ordinal) && operation.EndsWith(".zst", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task What_is_damaged_is_never_given_out()
    {
        MemoryStorage storage = new();
        using StateStore store = new(new MemoryBackend(), new StateStoreOptions { FlushInterval = TimeSpan.Zero });
        for (int i = 0; i < 100; i++)
        {
            store.Save(("global", $"k{i:d3}"), new string('x', Large));
        }

        BackupService service = new(() => store, storage);
        string id = (await service.CreateAsync(new CreateRequest(), Cancel)).Backup.Id.Value;
        string data = storage.Files.Keys.Single(static path => path.EndsWith(".zst", StringComparison.Ordinal));
        byte[] bytes = [.. storage.Files[data]];
        bytes[^1] ^= 1;
        storage.Files[data] = bytes;

        BackupDamagedException damage = await Assert.ThrowsAsync<BackupDamagedException>(() => service.LoadAsync(id, ("global", "k099"), Cancel));
        Assert.Equal(data, damage.File);
        Assert.NotNull(await service.LoadAsync(id, ("global", "k000"), Cancel));
    }

    [Fact]
    public async Task Null_is_refused_by_name()
    {
        using BackupFixture fixture = new(StoreKind.Memory);
        string id = (await fixture.CreateAsync()).Id.Value;

        await Assert.ThrowsAsync<ArgumentNullException>("prefix", () => fixture.Service.ListKeysAsync(id, "global", null!, Cancel));
        await Assert.ThrowsAsync<ArgumentNullException>("scope", () => fixture.Service.ListKeysAsync(id, null!, "", Cancel));
        await Assert.ThrowsAsync<ArgumentNullException>("folder", () => fixture.Storage.ListAsync(null!, Cancel));
        await Assert.ThrowsAsync<ArgumentNullException>("paths", () => fixture.Storage.DeleteAsync(null!, Cancel));
    }

    [Fact]
    public async Task An_unknown_backup_is_an_error()
    {
        using BackupFixture fixture = new(StoreKind.Memory);
        await fixture.CreateAsync();
        await Assert.ThrowsAsync<BackupNotFoundException>(() => fixture.Service.LoadAsync("nothing", ("global", "a"), Cancel));
        await Assert.ThrowsAsync<BackupNotFoundException>(() => fixture.Service.ListKeysAsync("nothing", "global", "", Cancel));
        await Assert.ThrowsAsync<BackupNotFoundException>(() => fixture.Service.CompareAsync("nothing", null, cancellationToken: Cancel));
    }
}
