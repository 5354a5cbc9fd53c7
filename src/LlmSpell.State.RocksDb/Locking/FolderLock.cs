using System.Globalization;
using LlmSpell.State.Files;
using LlmSpell.State.RocksDb.Files;

namespace LlmSpell.State.RocksDb.Locking;

/// <summary>
/// Holds a store for this process, by a kernel lock on its file <c>lock</c>: a process that died holds nothing. RocksDB has a lock of its own too,
/// but cannot wait for it, nor say who has it.
/// </summary>
internal sealed class FolderLock : IDisposable
{
    private readonly LockFile _file;
    private readonly string _holder;
    private readonly Holder _current;
    private Holder _named;
    private Holder? _after;
    private bool _disposed;

    private FolderLock(LockFile file, string holder, Holder? before, Holder current, Holder named)
    {
        _file = file;
        _holder = holder;
        _current = current;
        _named = named;
        _after = before;
        Before = before;
    }

    /// <summary>The process that had the store before and did not close it; null if the last one did.</summary>
    internal Holder? Before { get; }

    /// <summary>The store was opened: from now on it is this process that may leave it unflushed.</summary>
    internal void NoteOpened()
    {
        // That the file is there must survive a power loss, not what it says: if that can no longer be read, the machine crashed. At the end of opening
        // the flush costs little, since the database has flushed its own files.
        FileFlush.FlushFolder(Path.GetDirectoryName(_holder)!);
        _current.Write(_holder);
        _named = _current;
        _after = _current;
    }

    /// <summary>All is flushed: nobody will be named as the one who left the store.</summary>
    internal void NoteFlushed() => _after = null;

    /// <summary>Takes the lock.</summary>
    /// <param name="paths">The store, whose folder is there.</param>
    /// <param name="timeout">How long to wait for another process; zero: not at all.</param>
    /// <param name="clock">The time.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="StateBusyException">Another process held it all that time.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled while it waited.</exception>
    internal static FolderLock Take(StorePaths paths, TimeSpan timeout, TimeProvider clock, CancellationToken cancellationToken = default)
    {
        long started = clock.GetTimestamp();
        using ManualResetEventSlim never = new();
        while (true)
        {
            if (LockFile.TryTake(paths.Lock) is { } file)
            {
                try
                {
                    var current = Holder.Current(clock);
                    Holder? before = ReadBefore(paths.Holder, current);

                    // Until the store is opened, whoever comes after this process must know in which run of the kernel it was left.
                    Holder named = current with { Boot = before?.Boot };
                    named.Write(paths.Holder);
                    return new FolderLock(file, paths.Holder, before, current, named);
                }
                catch
                {
                    file.Dispose();
                    throw;
                }
            }

            if (clock.GetElapsedTime(started) >= timeout)
            {
                throw Busy(paths, timeout);
            }

            never.Wait(millisecondsTimeout: 2, cancellationToken);
        }
    }

    /// <summary>
    /// Keeps others from opening a store for writing, while it is looked at; several can at once. Null if a process has it open for writing. Needs no right
    /// to write, and leaves it known who had the store last.
    /// </summary>
    internal static LockFile? TryShare(StorePaths paths) => LockFile.TryShare(paths.Lock);

    /// <summary>The error that says who holds a store.</summary>
    internal static StateBusyException Busy(StorePaths paths, TimeSpan waited) => new(
        $"The state in {paths.Root} is held by {Holder.Read(paths.Holder)?.ToString() ?? "another process"}; RocksDB lets one process at a time write"
        + (waited > TimeSpan.Zero ? string.Create(CultureInfo.InvariantCulture, $", and it did not end within {waited.TotalSeconds:0.###} s.") : "."),
        "Wait until it ends, or raise busy_timeout_ms in [runtime.state_persistence]; with backend_type = \"sqlite\" several processes can write. "
        + "Reading and `llmspell backup create` need not wait.");

    public void Dispose()
    {
        if (_disposed)
        {
            return;
        }

        _disposed = true;
        try
        {
            if (_after is null)
            {
                File.Delete(_holder);
            }
            else if (_after != _named)
            {
                _after.Write(_holder);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Then it goes on naming this process, which is the careful side.
        }

        _file.Dispose();
    }

    // A file that cannot be read was left by a machine that crashed: who wrote it is lost, but not that the store was left.
    private static Holder? ReadBefore(string file, Holder current) =>
        Holder.Read(file) ?? (File.Exists(file) ? current with { Boot = null } : null);
}
