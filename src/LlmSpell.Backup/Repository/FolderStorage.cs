using LlmSpell.State;
using LlmSpell.State.Files;

namespace LlmSpell.Backup;

/// <summary>
/// A repository in a folder of a local or network file system. The folder is made when the first file is put into it.
/// Thread-safe; several processes can use one folder at once.
/// </summary>
/// <remarks>
/// Locks are the kernel's locks on the files <c>lock</c> and <c>publish.lock</c>. A file system on which they do not work is refused
/// when the first is taken. In a folder that this user cannot write to and that has no lock file, readers go without.
/// </remarks>
public sealed class FolderStorage : IRepositoryStorage
{
    private readonly IFileEffects _effects;

    /// <summary>Names the folder; nothing is made or opened yet.</summary>
    /// <param name="folder">
    /// Its path; a relative one counts from the working folder. Where symbolic links on it lead now is the folder for good: the files of one backup must
    /// not end in two.
    /// </param>
    public FolderStorage(string folder)
        : this(folder, DiskEffects.Instance)
    {
    }

    internal FolderStorage(string folder, IFileEffects effects)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        Location = Path.TrimEndingDirectorySeparator(RealPath.Of(folder));
        _effects = effects;
    }

    /// <inheritdoc/>
    public string Location { get; }

    /// <inheritdoc/>
    public Task<IRepositoryUpload> BeginPutAsync(string path, CancellationToken cancellationToken)
    {
        string full = Resolve(path);
        return Task.Run<IRepositoryUpload>(() => PublishedFile.Begin(full, _effects), cancellationToken);
    }

    /// <inheritdoc/>
    public Task<IRepositoryFile?> OpenAsync(string path, CancellationToken cancellationToken)
    {
        // On the caller's thread: opening takes microseconds, and a listing opens every manifest there is.
        string full = Resolve(path);
        return cancellationToken.IsCancellationRequested
            ? Task.FromCanceled<IRepositoryFile?>(cancellationToken)
            : Task.FromResult<IRepositoryFile?>(FolderFile.TryOpen(full));
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<RepositoryEntry>> ListAsync(string folder, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(folder);
        string full = folder.Length == 0 ? Location : Resolve(folder);
        return Task.Run<IReadOnlyList<RepositoryEntry>>(() => List(folder, full), cancellationToken);
    }

    /// <inheritdoc/>
    public Task DeleteAsync(IReadOnlyCollection<string> paths, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(paths);
        foreach (string path in paths)
        {
            RepositoryPaths.Check(path);
        }

        return Task.Run(() => Delete(paths, cancellationToken), cancellationToken);
    }

    /// <inheritdoc/>
    public Task<bool> MoveAsync(string from, string to, CancellationToken cancellationToken)
    {
        (string source, string destination) = (Resolve(from), Resolve(to));
        return Task.Run(() => FolderMove.Run(source, destination, _effects), cancellationToken);
    }

    /// <inheritdoc/>
    public Task<IDisposable?> TryLockAsync(RepositoryLock which, bool exclusive, CancellationToken cancellationToken)
    {
        string file = Path.Combine(Location, which == RepositoryLock.Layers ? "lock" : "publish.lock");
        return Task.Run(() => TryLock(file, exclusive), cancellationToken);
    }

    private IDisposable? TryLock(string file, bool exclusive)
    {
        if (!Directory.Exists(Location))
        {
            try
            {
                PublishedFile.EnsureFolder(Location, _effects);
            }
            catch (Exception e) when (!exclusive && FileFailure.IsReadOnly(e))
            {
                return FileLock.None;
            }
            catch (Exception e) when (FileFailure.IsFileSystem(e))
            {
                throw FileFailure.Of($"cannot create {Location}", e);
            }
        }

        return FileLock.TryTake(file, exclusive);
    }

    private List<RepositoryEntry> List(string folder, string full)
    {
        string prefix = folder.Length == 0 ? "" : folder + "/";
        try
        {
            List<RepositoryEntry> entries = [];
            foreach (FileInfo file in new DirectoryInfo(full).EnumerateFiles())
            {
                if (LengthOf(file) is { } length)
                {
                    entries.Add(new RepositoryEntry(prefix + file.Name, length));
                }
            }

            return entries;
        }
        catch (DirectoryNotFoundException e)
        {
            string? file = File.Exists(Location) ? Location : File.Exists(full) ? full : null;
            return file is null ? [] : throw new StateStorageException(
                $"cannot list {full}: {file} is a file where a folder of backups should be", "Move the file away, or choose another folder.", e);
        }
        catch (Exception e) when (FileFailure.IsFileSystem(e))
        {
            throw FileFailure.OfReading($"cannot list {full}", e);
        }
    }

    /// <returns>Null if the file is gone meanwhile, or a link leads to none.</returns>
    private static long? LengthOf(FileInfo file)
    {
        try
        {
            return Followed(file).Length;
        }
        catch (FileNotFoundException)
        {
            return null;
        }
    }

    /// <summary>The file that opening it gives: of a link .NET tells the link's own length.</summary>
    private static FileInfo Followed(FileInfo file)
    {
        if (!file.Attributes.HasFlag(FileAttributes.ReparsePoint))
        {
            return file;
        }

        try
        {
            return file.ResolveLinkTarget(returnFinalTarget: true) as FileInfo ?? file;
        }
        catch (IOException)
        {
            // Gone, or links in a circle, as opening it says.
            return file;
        }
    }

    private void Delete(IReadOnlyCollection<string> paths, CancellationToken cancellationToken)
    {
        HashSet<string> folders = new(StringComparer.Ordinal);
        foreach (string path in paths)
        {
            cancellationToken.ThrowIfCancellationRequested();
            string full = Resolve(path);
            try
            {
                _effects.Delete(full);
            }
            catch (DirectoryNotFoundException)
            {
                continue;
            }
            catch (Exception e) when (FileFailure.IsFileSystem(e))
            {
                throw FileFailure.Of($"cannot delete {full}", e);
            }

            folders.Add(Path.GetDirectoryName(full)!);
        }

        foreach (string folder in folders)
        {
            try
            {
                _effects.FlushFolder(folder);
            }
            catch (IOException e)
            {
                throw FileFailure.Of($"cannot flush {folder}", e, outcomeUnknown: true);
            }
        }
    }

    private string Resolve(string path)
    {
        RepositoryPaths.Check(path);
        return Path.Combine(Location, path);
    }
}
