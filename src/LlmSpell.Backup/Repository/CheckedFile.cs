using LlmSpell.State;

namespace LlmSpell.Backup;

/// <summary>
/// A file that counts as damaged if the storage refuses to give its bytes, as where a sector of the disk or the right to read is lost. But what
/// fails only once is no damage; and where nothing else can be read either, or the system can open no more files, the storage fails and not the file,
/// and nothing is damaged for all that is known. Thread-safe.
/// </summary>
internal sealed class CheckedFile : IRepositoryFile
{
    private const int ProbeBytes = 4096;

    private readonly IRepositoryStorage _storage;
    private readonly string _path;
    private readonly IRepositoryFile _file;

    private CheckedFile(IRepositoryStorage storage, string path, IRepositoryFile file)
    {
        _storage = storage;
        _path = path;
        _file = file;
    }

    public long Length => _file.Length;

    /// <summary>Opens a file; null if there is none. Opening and reading it throw the same.</summary>
    /// <exception cref="BackupDamagedException">It cannot be read, but others can.</exception>
    /// <exception cref="StateStorageException">Nothing can be read there.</exception>
    internal static async Task<IRepositoryFile?> OpenAsync(IRepositoryStorage storage, string path, CancellationToken cancellationToken)
    {
        IRepositoryFile? file = await TryAsync(
            storage, path, async () => await storage.OpenAsync(path, cancellationToken).ConfigureAwait(false), cancellationToken).ConfigureAwait(false);
        return file is null ? null : new CheckedFile(storage, path, file);
    }

    /// <summary>Opens a file that has to be there with a certain length.</summary>
    /// <param name="storage">Where it lies.</param>
    /// <param name="path">Its path.</param>
    /// <param name="length">The length that it has to have.</param>
    /// <param name="report">Takes what is wrong; may throw it.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>Null if there is nothing to read.</returns>
    /// <exception cref="StateStorageException">Nothing can be read there.</exception>
    internal static async Task<IRepositoryFile?> OpenAsync(
        IRepositoryStorage storage, string path, long length, Action<BackupDamagedException> report, CancellationToken cancellationToken)
    {
        IRepositoryFile? file = null;
        BackupDamagedException? damage;
        try
        {
            file = await OpenAsync(storage, path, cancellationToken).ConfigureAwait(false);
            damage = LayerDamage.OfLength(path, file?.Length, length);
        }
        catch (BackupDamagedException e)
        {
            damage = e;
        }

        try
        {
            if (damage is not null)
            {
                report(damage);
            }

            return file;
        }
        catch
        {
            if (file is not null)
            {
                await file.DisposeAsync().ConfigureAwait(false);
            }

            throw;
        }
    }

    /// <summary>Whether the storage can be used at all: its folders be listed, and any of its files that every operation begins with be read.</summary>
    /// <param name="storage">The storage.</param>
    /// <param name="path">The file that it refuses.</param>
    /// <param name="cancellationToken">Ends it.</param>
    internal static async Task<bool> IsStorageAliveAsync(IRepositoryStorage storage, string path, CancellationToken cancellationToken)
    {
        bool refused = false;
        try
        {
            IEnumerable<RepositoryEntry> files = await storage.ListAsync(RepositoryPaths.Root, cancellationToken).ConfigureAwait(false);
            files = files.Where(static file => file.Path == RepositoryPaths.Descriptor)
                .Concat(await storage.ListAsync(RepositoryPaths.Manifests, cancellationToken).ConfigureAwait(false));
            foreach (RepositoryEntry file in files.Where(file => file.Path != path))
            {
                if (await CanReadAsync(storage, file.Path, cancellationToken).ConfigureAwait(false))
                {
                    return true;
                }

                refused = true;
            }
        }
        catch (StateException)
        {
            return false;
        }

        return !refused;
    }

    public async ValueTask<int> ReadAsync(long offset, Memory<byte> destination, CancellationToken cancellationToken) => await TryAsync(
        _storage, _path, async () => await _file.ReadAsync(offset, destination, cancellationToken).ConfigureAwait(false), cancellationToken).ConfigureAwait(false);

    public ValueTask DisposeAsync() => _file.DisposeAsync();

    /// <summary>A refusal to read a file as damage of that file.</summary>
    private static BackupDamagedException CannotRead(string path, StateStorageException cause) =>
        new(path, $"cannot be read: {cause.Message}", hint: cause.Hint, inner: cause);

    /// <summary>Whether a refusal may be for the file's own sake, and not because too many are open, these or others.</summary>
    private static bool IsOfFile(StateStorageException refusal) => !FileFailure.IsExhausted(refusal.InnerException);

    private static async Task<T> TryAsync<T>(IRepositoryStorage storage, string path, Func<Task<T>> read, CancellationToken cancellationToken)
    {
        try
        {
            return await read().ConfigureAwait(false);
        }
        catch (StateStorageException)
        {
        }

        try
        {
            return await read().ConfigureAwait(false);
        }
        catch (StateStorageException e)
        {
            if (IsOfFile(e) && await IsStorageAliveAsync(storage, path, cancellationToken).ConfigureAwait(false))
            {
                throw CannotRead(path, e);
            }

            throw;
        }
    }

    private static async Task<bool> CanReadAsync(IRepositoryStorage storage, string path, CancellationToken cancellationToken)
    {
        try
        {
            if (await storage.OpenAsync(path, cancellationToken).ConfigureAwait(false) is { } file)
            {
                await using (file.ConfigureAwait(false))
                {
                    _ = await file.ReadAsync(0, new byte[ProbeBytes], cancellationToken).ConfigureAwait(false);
                }
            }

            return true;
        }
        catch (StateStorageException)
        {
            return false;
        }
    }
}
