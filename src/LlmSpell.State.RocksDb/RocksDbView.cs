using System.Buffers;
using LlmSpell.State.Files;
using LlmSpell.State.RocksDb.Files;
using LlmSpell.State.RocksDb.Generations;
using LlmSpell.State.RocksDb.Locking;
using LlmSpell.State.RocksDb.Native;
using LlmSpell.State.RocksDb.Opening;
using LlmSpell.State.RocksDb.Reading;
using Microsoft.Win32.SafeHandles;

namespace LlmSpell.State.RocksDb;

/// <summary>
/// A store as it was at one moment, also one that another process has open for writing: every read and snapshot is of that moment, and whoever writes
/// need not wait. Writing is refused with <see cref="StateBusyException"/>. Thread-safe.
/// </summary>
/// <remarks>What is in the log only, at most 64 MiB, is read into memory; the tables stay readable although another process may delete them meanwhile.</remarks>
public sealed class RocksDbView : IStateBackend
{
    private readonly StorePaths _paths;
    private readonly OpenedStore _store;
    private bool _disposed;

    private RocksDbView(StorePaths paths, OpenedStore store)
    {
        _paths = paths;
        _store = store;
    }

    /// <inheritdoc/>
    public string Kind => "rocksdb";

    /// <summary>The full path of the folder <c>state.rocksdb</c>.</summary>
    public string Location => _paths.Root;

    /// <summary>Opens a view of the store as it is now: all that was committed before the call is in it.</summary>
    /// <param name="options">
    /// The folder, the size of the cache and the clock. <see cref="RocksDbOptions.BusyTimeout"/> and <see cref="RocksDbOptions.Durability"/> mean nothing
    /// here: a view waits for nobody, whether or not another process has the store open, and commits nothing.
    /// </param>
    /// <exception cref="StateNotFoundException">There is no store in the folder.</exception>
    /// <exception cref="StateCorruptException">It is damaged.</exception>
    /// <exception cref="StateUnsupportedException">What is there is not ours, or of a newer format.</exception>
    /// <exception cref="StateStorageException">
    /// The files cannot be read; or a process that has the store open wrote tables again and again while they were read, up to 100 times: it may be had a moment
    /// later. The message says which.
    /// </exception>
    public static RocksDbView Open(RocksDbOptions? options = null) => Open(options ?? new RocksDbOptions(), out _);

    /// <summary>Opens a view, and tells who has the store open.</summary>
    /// <param name="options">As there.</param>
    /// <param name="holder">Says which process has the store to itself, also when the view cannot be had; null if none has.</param>
    internal static RocksDbView Open(RocksDbOptions options, out StateBusyException? holder)
    {
        holder = null;
        var paths = new StorePaths(RealPath.Of(options.Folder));
        try
        {
            if (!FormatFile.IsThere(paths))
            {
                throw new StateNotFoundException($"There is no state in {paths.Root}.", "Run a script that saves something first.");
            }

            using LockFile? free = FolderLock.TryShare(paths);
            holder = free is null ? FolderLock.Busy(paths, TimeSpan.Zero) : null;
            return new RocksDbView(
                paths, free is null ? ViewOpener.OpenBeside(paths, options.CacheBytes) : ViewOpener.OpenAlone(paths, options, Holder.Read(paths.Holder)));
        }
        catch (DllNotFoundException e)
        {
            throw MissingLibrary.Explain(RocksDbNative.Library, $"read the state in {paths.Root}", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StateStorageException(
                $"The state in {paths.Root} cannot be read: {e.Message}", OpenFileLimit.HintFor(e, "See to the rights of this user, and to the disk."), e);
        }
    }

    /// <inheritdoc/>
    public StoreStatus ReadStatus()
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        return _store.Identity.Describe(_store.Counters);
    }

    /// <inheritdoc/>
    public bool TryRead(StateKey key, IBufferWriter<byte> value, out long modifiedAt)
    {
        using IStateSnapshot snapshot = OpenSnapshot();
        return snapshot.TryRead(key, value, out modifiedAt);
    }

    /// <inheritdoc/>
    public bool Contains(StateKey key)
    {
        Generation generation = _store.Generation;
        ObjectDisposedException.ThrowIf(_disposed || !generation.TryAcquire(), this);
        try
        {
            using PinnedValue stored = generation.Get(key);
            return stored.IsFound;
        }
        finally
        {
            generation.Release();
        }
    }

    /// <summary>Refuses.</summary>
    /// <exception cref="StateBusyException">Always; it says which process has the store, if one has.</exception>
    public IBackendTransaction BeginTransaction(CancellationToken cancellationToken = default) => throw Refuse();

    /// <inheritdoc/>
    public IStateSnapshot OpenSnapshot()
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        return new RocksDbSnapshot(_store.Generation, _store.Identity, _store.Counters, point: null);
    }

    /// <summary>Refuses.</summary>
    /// <exception cref="StateBusyException">Always; it says which process has the store, if one has.</exception>
    public IStateReplacement BeginReplacement(CancellationToken cancellationToken = default) => throw Refuse();

    /// <summary>Returns when all that the view shows survives a power loss.</summary>
    public void Flush()
    {
        ObjectDisposedException.ThrowIf(_disposed, this);

        // What is not in a log was flushed when it was written into tables.
        try
        {
            foreach (string log in Directory.EnumerateFiles(_paths.Database, "*.log"))
            {
                FlushLog(log);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StateStorageException(
                $"Flushing the state in {_paths.Root} failed: {e.Message}", OpenFileLimit.HintFor(e, "See to the disk, then try again."), e);
        }
    }

    /// <summary>Closes the view. Snapshots that are still open stay usable.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, true))
        {
            return;
        }

        _store.Generation.Release();
        _store.Session.Release();
    }

    private StateBusyException Refuse()
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        return IsHeld()
            ? FolderLock.Busy(_paths, TimeSpan.Zero)
            : new StateBusyException(
                $"This is the state in {_paths.Root} as it was at one moment, which cannot be written.",
                $"Open it with {nameof(RocksDbBackend)} instead.");
    }

    private bool IsHeld()
    {
        try
        {
            using LockFile? free = FolderLock.TryShare(_paths);
            return free is null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The folder may be gone by now. Whoever opens it hears of what is wrong with it.
            return false;
        }
    }

    private static void FlushLog(string log)
    {
        try
        {
            // Whoever may only read must get through here too: outside of Windows a flush needs no right to write.
#pragma warning disable RS0030 // Nothing is written through this handle.
            using SafeFileHandle handle = OperatingSystem.IsWindows()
                ? FileFlush.OpenForFlush(log)
                : File.OpenHandle(log, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
#pragma warning restore RS0030
            FileFlush.Flush(handle);
        }
        catch (FileNotFoundException)
        {
            // Its content is in tables by now.
        }
    }
}
