using LlmSpell.Backup;
using LlmSpell.State;

namespace LlmSpell.Testing.Repositories;

/// <summary>A repository on a disk with bad sectors: files that can be listed, opened and moved, but not read. Thread-safe.</summary>
/// <param name="inner">The storage.</param>
/// <param name="isUnreadable">Which files cannot be read, by their paths.</param>
public sealed class UnreadableStorage(IRepositoryStorage inner, Func<string, bool> isUnreadable) : IRepositoryStorage
{
    public string Location => inner.Location;

    /// <summary>Which files cannot be opened either, as where this user may not read them; default none.</summary>
    public Func<string, bool> IsForbidden { get; init; } = static _ => false;

    /// <summary>Why files cannot be opened, as the system says it; default not told.</summary>
    public IOException? Cause { get; init; }

    /// <summary>Which files cannot be moved; default none.</summary>
    public Func<string, bool> IsFixed { get; init; } = static _ => false;

    public Task<IRepositoryUpload> BeginPutAsync(string path, CancellationToken cancellationToken) => inner.BeginPutAsync(path, cancellationToken);

    public async Task<IRepositoryFile?> OpenAsync(string path, CancellationToken cancellationToken)
    {
        IRepositoryFile? file = await inner.OpenAsync(path, cancellationToken);
        return file is null || !isUnreadable(path) ? file
            : IsForbidden(path) ? throw new StateStorageException($"cannot read {path}: {Cause?.Message ?? "permission denied"}", inner: Cause)
            : new BadFile(path, file);
    }

    public Task<IReadOnlyList<RepositoryEntry>> ListAsync(string folder, CancellationToken cancellationToken) => inner.ListAsync(folder, cancellationToken);

    public Task DeleteAsync(IReadOnlyCollection<string> paths, CancellationToken cancellationToken) => inner.DeleteAsync(paths, cancellationToken);

    public Task<bool> MoveAsync(string from, string to, CancellationToken cancellationToken) => IsFixed(from)
        ? throw new StateStorageException($"cannot move {from}: operation not permitted")
        : inner.MoveAsync(from, to, cancellationToken);

    public Task<IDisposable?> TryLockAsync(RepositoryLock which, bool exclusive, CancellationToken cancellationToken) =>
        inner.TryLockAsync(which, exclusive, cancellationToken);

    private sealed class BadFile(string path, IRepositoryFile file) : IRepositoryFile
    {
        public long Length => file.Length;

        public ValueTask<int> ReadAsync(long offset, Memory<byte> destination, CancellationToken cancellationToken) =>
            throw new StateStorageException($"cannot read {path}: Input/output error");

        public ValueTask DisposeAsync() => file.DisposeAsync();
    }
}
