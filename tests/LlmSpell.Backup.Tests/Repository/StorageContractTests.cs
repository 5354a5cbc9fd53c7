using LlmSpell.Testing;
using LlmSpell.Testing.Repositories;

namespace LlmSpell.Backup.Tests;

public sealed class FolderStorageContractTests : RepositoryStorageContract
{
    private readonly TemporaryFolder _folder = new();

    public FolderStorageContractTests()
    {
        // The folder itself does not exist yet, as on a first run.
        Storage = new FolderStorage(_folder["backups"]);
        Other = new FolderStorage(_folder["backups"]);
    }

    protected override IRepositoryStorage Storage { get; }

    protected override IRepositoryStorage Other { get; }

    public override ValueTask DisposeAsync()
    {
        _folder.Dispose();
        return ValueTask.CompletedTask;
    }
}

public sealed class MemoryStorageContractTests : RepositoryStorageContract
{
    private readonly MemoryStorage _storage = new();

    protected override IRepositoryStorage Storage => _storage;

    protected override IRepositoryStorage Other => _storage;

    public override ValueTask DisposeAsync() => ValueTask.CompletedTask;
}

public sealed class FaultyStorageContractTests : RepositoryStorageContract
{
    private readonly FaultyStorage _storage = new(new MemoryStorage(), failAt: 0);

    protected override IRepositoryStorage Storage => _storage;

    protected override IRepositoryStorage Other => _storage;

    public override ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
