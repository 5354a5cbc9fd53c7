using LlmSpell.Backup;
using LlmSpell.State;

namespace LlmSpell.Testing.Repositories;

/// <summary>A storage that nothing can be written to, as a mounted read-only disk: readers get their shared lock, nobody gets more.</summary>
public sealed class ReadOnlyStorage(IRepositoryStorage inner) : IRepositoryStorage
{
    public string Location => inner.Location;

    public Task<IRepositoryUpload> BeginPutAsync(string path, CancellationToken cancellationToken) => throw Refusal();

    public Task<IRepositoryFile?> OpenAsync(string path, CancellationToken cancellationToken) => inner.OpenAsync(path, cancellationToken);

    public Task<IReadOnlyList<RepositoryEntry>> ListAsync(string folder, CancellationToken cancellationToken) => inner.ListAsync(folder, cancellationToken);

    public Task DeleteAsync(IReadOnlyCollection<string> paths, CancellationToken cancellationToken) => throw Refusal();

    public Task<bool> MoveAsync(string from, string to, CancellationToken cancellationToken) => throw Refusal();

    public Task<IDisposable?> TryLockAsync(RepositoryLock which, bool exclusive, CancellationToken cancellationToken) =>
        exclusive ? throw Refusal() : inner.TryLockAsync(which, exclusive, cancellationToken);

    private static StateStorageException Refusal() => new("cannot write: the file system is read-only");
}
