using LlmSpell.State.RocksDb.Files;
using LlmSpell.State.RocksDb.Generations;
using LlmSpell.State.RocksDb.Opening;
using LlmSpell.State.RocksDb.Schema;

namespace LlmSpell.State.RocksDb.Writing;

/// <summary>
/// The one place through which a store is written: whoever holds it is alone. Keeps what was committed last. Thread-safe.
/// </summary>
internal sealed class Writer : IDisposable
{
    private readonly WriteQueue _queue = new(TimeProvider.System);
    private readonly StorePaths _paths;
    private readonly TimeSpan _busyTimeout;
    private readonly bool _flushesEachCommit;
    private readonly Session _session;
    private Present? _present;
    private StateException? _failedSwitch;
    private bool _disposed;

    internal Writer(StorePaths paths, RocksDbOptions options, OpenedStore store)
    {
        _paths = paths;
        _busyTimeout = options.BusyTimeout;
        _flushesEachCommit = options.Durability == StateDurability.Strict;
        _session = store.Session;
        _present = new Present(store.Generation, store.Identity, store.Counters);
    }

    internal StorePaths Paths => _paths;

    /// <summary>The writes of the transaction that holds this; empty when it is taken.</summary>
    internal WriteSet Writes { get; } = new();

    /// <summary>What was committed last under some keys; for whoever holds this.</summary>
    internal RecentHashes Recent { get; } = new();

    /// <summary>What was committed last.</summary>
    internal Present Present => Volatile.Read(ref _present) ?? throw new ObjectDisposedException(nameof(RocksDbBackend));

    /// <summary>Takes part in the present generation, so that its families stay.</summary>
    internal Present Acquire()
    {
        while (true)
        {
            Present present = Present;
            if (present.Generation.TryAcquire())
            {
                return present;
            }
        }
    }

    /// <summary>Waits for the other writers; then this thread's transaction is alone, and the generation stays.</summary>
    /// <exception cref="StateBusyException">It took longer than the busy timeout.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled while it waited.</exception>
    internal Present Take(CancellationToken cancellationToken = default)
    {
        ObjectDisposedException.ThrowIf(Volatile.Read(ref _present) is null, nameof(RocksDbBackend));
        if (!_queue.TryEnter(_busyTimeout, cancellationToken))
        {
            throw new StateBusyException(
                $"Another transaction of this process holds the state in {_paths.Root}.",
                "End that transaction first; transactions of one store do not nest.");
        }

        try
        {
            return Acquire();
        }
        catch
        {
            EndTurn();
            throw;
        }
    }

    /// <summary>Writes what <see cref="Writes"/> holds, and with it that these are the counters now.</summary>
    /// <returns>The present state after that.</returns>
    internal Present Commit(Present present, Counters counters)
    {
        Recent.Prepare();
        try
        {
            Writes.Write(_session, counters);
        }
        catch
        {
            Recent.Clear();
            throw;
        }

        _session.Log!.NoteWritten(counters.Sequence);
        Present after = present with { Counters = counters };
        Publish(after);
        Writes.NoteIn(Recent);
        return after;
    }

    /// <summary>Makes other counters the present ones, for whoever holds this.</summary>
    /// <returns>Whether the store is still open; if it was closed meanwhile, what was begun before comes to its end all the same.</returns>
    internal bool Publish(Present present) =>
        Volatile.Read(ref _present) is { } before && Interlocked.CompareExchange(ref _present, present, before) == before;

    /// <summary>Makes another generation the present one, for whoever holds this, and owns it from now on.</summary>
    /// <param name="before">What <see cref="Take"/> gave.</param>
    /// <param name="after">The new state.</param>
    internal void Switch(Present before, Present after)
    {
        Recent.Clear();
        Generation unused = Publish(after) ? before.Generation : after.Generation;
        unused.Release();
    }

    /// <summary>Notes that a switch to another generation failed, though the database may name that one now.</summary>
    internal void NoteFailedSwitch(StateException failure) => Volatile.Write(ref _failedSwitch, failure);

    /// <summary>For whoever found the database to name another generation than the present one, and would wait for the switch.</summary>
    /// <exception cref="StateStorageException">The switch failed, and nobody will bring it to an end.</exception>
    internal void RequireKnownGeneration()
    {
        if (Volatile.Read(ref _failedSwitch) is { } failure)
        {
            throw new StateStorageException(
                $"Whether the state in {_paths.Root} was replaced is not known: {failure.Message}",
                "See to the disk, then open the state again (start the script again); it finds out.",
                failure,
                outcomeUnknown: true);
        }
    }

    /// <summary>Lets the next writer on.</summary>
    /// <param name="present">What <see cref="Take"/> gave.</param>
    internal void GiveBack(Present present)
    {
        Writes.Clear();
        EndTurn();
        present.Generation.Release();
    }

    /// <summary>After a commit, and after <see cref="GiveBack"/> so that others can write meanwhile.</summary>
    internal void FlushIfStrict()
    {
        if (_flushesEachCommit)
        {
            _session.Log!.Flush();
        }
    }

    internal void Flush()
    {
        Present present = Acquire();
        try
        {
            _session.Log!.Flush();
        }
        finally
        {
            present.Generation.Release();
        }
    }

    /// <summary>Nothing begins any more; what was begun ends.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, true))
        {
            return;
        }

        Present present = Interlocked.Exchange(ref _present, null)!;
        DisposeWritesIfUnused();
        LogLength.Shorten(_paths, present.Generation);
        present.Generation.Release();
        _session.Release();
    }

    private void EndTurn()
    {
        _queue.Exit();
        if (Volatile.Read(ref _present) is null)
        {
            DisposeWritesIfUnused();
        }
    }

    // Of a store that was closed: whoever holds the turn now is the last, and does it at the end.
    private void DisposeWritesIfUnused()
    {
        if (_queue.TryEnter(TimeSpan.Zero))
        {
            Writes.Dispose();
            _queue.Exit();
        }
    }
}
