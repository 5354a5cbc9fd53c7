using System.Globalization;
using System.Text;
using LlmSpell.State;
using LlmSpell.Testing;
using LlmSpell.Testing.Repositories;
using Microsoft.Extensions.Time.Testing;

namespace LlmSpell.Backup.Tests.Operations;

/// <summary>A store and a repository in memory with some backups that share layers, and what each of them restores to.</summary>
internal sealed class SmallRepository : IDisposable
{
    private readonly Dictionary<BackupId, IReadOnlyList<string>> _contents = [];

    private SmallRepository(LayerCodec codec)
    {
        Options = new BackupOptions
        {
            Codec = codec,
            MaxBackups = null,
            MaxBackupAge = null,
            TimeProvider = Clock,
            ScratchStore = static () => new MemoryScratch(),
        };
    }

    internal MemoryStorage Storage { get; private set; } = new();

    internal BackupOptions Options { get; }

    internal FakeTimeProvider Clock { get; } = new(new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero)) { AutoAdvanceAmount = TimeSpan.FromMilliseconds(1) };

    internal StateStore Store { get; } = new(new MemoryBackend(), new StateStoreOptions { FlushInterval = TimeSpan.Zero });

    internal BackupService Service => new(() => Store, Storage, Options);

    /// <summary>The backups, oldest first: a full, two incrementals on it, a full.</summary>
    internal List<BackupManifest> Backups { get; } = [];

    /// <summary>The second one is pinned, the first one's validation is remembered.</summary>
    internal static async Task<SmallRepository> CreateAsync(LayerCodec codec = LayerCodec.Zstd)
    {
        SmallRepository repository = new(codec);
        foreach (bool incremental in (bool[])[false, true, true, false])
        {
            int round = repository.Backups.Count;
            repository.Store.Save(("global", "round"), round);
            repository.Store.Save(("global", "same"), "always");
            repository.Store.Save(("agent:a", $"key {round}"), StateValue.Array(1, 2.5, $"text {round}"));
            repository.Store.Delete(("agent:a", $"key {round - 1}"));
            await repository.CreateBackupAsync(incremental);
        }

        await repository.PinAsync(repository.Backups[1].Id);
        await repository.Service.ValidateAsync(repository.Backups[0].Id.Value, TestContext.Current.CancellationToken);
        return repository;
    }

    internal async Task<BackupManifest> CreateBackupAsync(bool incremental)
    {
        CreateResult created = await Service.CreateAsync(new CreateRequest { Incremental = incremental }, TestContext.Current.CancellationToken);
        Backups.Add(created.Backup.Manifest);
        _contents[created.Backup.Id] = StateContent.Read(Store);
        return created.Backup.Manifest;
    }

    /// <summary>The same repository in another storage, to be damaged.</summary>
    internal BackupService ServiceOn(IRepositoryStorage storage) => new(() => Store, storage, Options);

    internal IReadOnlyList<BackupId> Having(string layerFile) =>
        [.. Backups.Where(backup => RepositoryPaths.LayerFiles(backup.Layers).Contains(layerFile)).Select(static backup => backup.Id)];

    internal async Task AssertRestoresAsync(IRepositoryStorage storage, BackupId id)
    {
        using MemoryScratch scratch = new();
        await new BackupService(() => scratch.Store, storage, Options).RestoreAsync(id.Value, TestContext.Current.CancellationToken);
        Assert.Equal(_contents[id], StateContent.Read(scratch.Store));
    }

    public void Dispose() => Store.Dispose();

    private async Task PinAsync(BackupId id)
    {
        string line = string.Create(
            CultureInfo.InvariantCulture,
            $$"""{"type":"llmspell-pin","format":1,"requires":[],"backup":"{{id}}","reason":"keep","since":1}""");
        await RepositoryFiles.PutAsync(Storage, RepositoryPaths.Pin(id), SealedJson.Seal(Encoding.UTF8.GetBytes(line)), TestContext.Current.CancellationToken);
    }
}

/// <summary>A scratch store in memory, for states as small as those of tests.</summary>
internal sealed class MemoryScratch(IStateBackend? backend = null) : IScratchStore
{
    public StateStore Store { get; } = new(backend ?? new MemoryBackend(), new StateStoreOptions { FlushInterval = TimeSpan.Zero });

    public void Dispose() => Store.Dispose();
}
