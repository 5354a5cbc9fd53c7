using LlmSpell.Backup;

namespace LlmSpell.Testing.Repositories;

/// <summary>Counts what is read of a repository's layers. Thread-safe.</summary>
/// <param name="inner">The storage.</param>
public sealed class CountingStorage(IRepositoryStorage inner) : IRepositoryStorage
{
    private long _read;

    public string Location => inner.Location;

    /// <summary>How many bytes of files of layers were read so far.</summary>
    public long Read => Interlocked.Read(ref _read);

    public Task<IRepositoryUpload> BeginPutAsync(string path, CancellationToken cancellationToken) => inner.BeginPutAsync(path, cancellationToken);

    public async Task<IRepositoryFile?> OpenAsync(string path, CancellationToken cancellationToken)
    {
        IRepositoryFile? file = await inner.OpenAsync(path, cancellationToken);
        return file is not null && path.StartsWith("layers/", StringComparison.Ordinal) ? new CountedFile(this, file) : file;
    }

    public Task<IReadOnlyList<RepositoryEntry>> ListAsync(string folder, CancellationToken cancellationToken) => inner.ListAsync(folder, cancellationToken);

    public Task DeleteAsync(IReadOnlyCollection<string> paths, CancellationToken cancellationToken) => inner.DeleteAsync(paths, cancellationToken);

    public Task<bool> MoveAsync(string from, string to, CancellationToken cancellationToken) => inner.MoveAsync(from, to, cancellationToken);

    public Task<IDisposable?> TryLockAsync(RepositoryLock which, bool exclusive, CancellationToken cancellationToken) =>
        inner.TryLockAsync(which, exclusive, cancellationToken);

    private sealed class CountedFile(CountingStorage storage, IRepositoryFile file) : IRepositoryFile
    {
        public long Length => file.Length;

        public async ValueTask<int> ReadAsync(long offset, Memory<byte> destination, CancellationToken cancellationToken)
        {
            int read = await file.ReadAsync(offset, destination, cancellationToken);
            Interlocked.Add(ref storage._read, read);
            return read;
        }

        public ValueTask DisposeAsync() => file.DisposeAsync();
    }
}
