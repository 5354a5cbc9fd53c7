namespace LlmSpell.Backup;

/// <summary>
/// The whole contract between a repository and the place that holds its files. Paths are relative, of ids that were checked,
/// with <c>/</c> between folder and name. Thread-safe. Failures are <see cref="State.StateException"/>s.
/// </summary>
public interface IRepositoryStorage
{
    /// <summary>Where the files lie, for people and messages.</summary>
    string Location { get; }

    /// <summary>Begins to put a file that must not be there yet; it appears, whole, at <see cref="IRepositoryUpload.CompleteAsync"/>.</summary>
    /// <exception cref="State.StateConflictException">It is there already; thrown here or when it completes.</exception>
    Task<IRepositoryUpload> BeginPutAsync(string path, CancellationToken cancellationToken);

    /// <summary>Opens a file for reading; null if there is none.</summary>
    Task<IRepositoryFile?> OpenAsync(string path, CancellationToken cancellationToken);

    /// <summary>
    /// Lists the files of a folder, in no order; none if the folder does not exist. The empty text means the repository itself. Files in further folders
    /// inside are not listed.
    /// </summary>
    Task<IReadOnlyList<RepositoryEntry>> ListAsync(string folder, CancellationToken cancellationToken);

    /// <summary>
    /// Deletes files; those that are gone already count as deleted.
    /// What was deleted stays deleted after a power loss once this returns.
    /// So does what anybody deleted from the same folders before.
    /// </summary>
    Task DeleteAsync(IReadOnlyCollection<string> paths, CancellationToken cancellationToken);

    /// <summary>
    /// Gives a file another name, which none may have yet; false, and nothing has happened, if there is no such file. It needs no room for a
    /// second copy and does not read the file, so that one can be moved that cannot be read. When it returns, the move survives a power loss.
    /// </summary>
    /// <exception cref="State.StateConflictException">A file has the new name already; both are as they were.</exception>
    Task<bool> MoveAsync(string from, string to, CancellationToken cancellationToken);

    /// <summary>Takes a lock if nobody holds one that forbids it, without waiting; null otherwise. The lock ends with its owner's process.</summary>
    Task<IDisposable?> TryLockAsync(RepositoryLock which, bool exclusive, CancellationToken cancellationToken);
}

/// <summary>The two locks of a repository.</summary>
public enum RepositoryLock
{
    /// <summary>Shared by whoever reads or writes layers; exclusive for the sweep that deletes them.</summary>
    Layers,

    /// <summary>Exclusive and brief: giving an ordinal and publishing, planning a cleanup and deleting manifests, pinning.</summary>
    Publish,
}

/// <summary>A file in a listing.</summary>
/// <param name="Path">Its path in the repository.</param>
/// <param name="Length">Its length in bytes.</param>
public sealed record RepositoryEntry(string Path, long Length);

/// <summary>A file that is being put. Disposing it before it is complete leaves nothing behind.</summary>
public interface IRepositoryUpload : IAsyncDisposable
{
    /// <summary>Appends bytes.</summary>
    ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken);

    /// <summary>
    /// Makes the file appear under its name, if none has that name yet. When it returns, the file survives a power loss; when it
    /// fails, the file may be there all the same.
    /// </summary>
    Task CompleteAsync(CancellationToken cancellationToken);
}

/// <summary>An open file. Thread-safe.</summary>
public interface IRepositoryFile : IAsyncDisposable
{
    /// <summary>Its length in bytes.</summary>
    long Length { get; }

    /// <summary>Reads from an offset; returns how many bytes were read, fewer than asked for only at the end of the file.</summary>
    ValueTask<int> ReadAsync(long offset, Memory<byte> destination, CancellationToken cancellationToken);
}
