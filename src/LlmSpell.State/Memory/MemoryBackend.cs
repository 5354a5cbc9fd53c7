using System.Buffers;
using System.Globalization;

namespace LlmSpell.State;

/// <summary>
/// A state that lives and dies with the process: for scripts that run without persistence, and for tests. Thread-safe.
/// </summary>
public sealed class MemoryBackend : IStateBackend
{
    private readonly WriteQueue _queue = new(TimeProvider.System);
    private readonly TimeSpan _busyTimeout;
    private MemoryState _state;
    private bool _disposed;

    /// <summary>Makes an empty state.</summary>
    /// <param name="busyTimeout">How long a writer waits for another one, 0 to 24 hours; default 30 seconds. Zero: not at all.</param>
    public MemoryBackend(TimeSpan? busyTimeout = null)
    {
        _busyTimeout = BackendOptions.BusyTimeout(busyTimeout ?? BackendOptions.DefaultBusyTimeout, nameof(busyTimeout));
        _state = MemoryState.Create();
    }

    /// <inheritdoc/>
    public string Kind => "memory";

    /// <inheritdoc/>
    public string Location => "memory";

    internal MemoryState State => Volatile.Read(ref _state);

    /// <inheritdoc/>
    public StoreStatus ReadStatus() => Present().Status;

    /// <inheritdoc/>
    public bool TryRead(StateKey key, IBufferWriter<byte> value, out long modifiedAt)
    {
        ArgumentNullException.ThrowIfNull(value);
        return Present().TryRead(key, value, out modifiedAt);
    }

    /// <inheritdoc/>
    public bool Contains(StateKey key) => Present().Entries.Contains(MemoryEntry.Probe(key));

    /// <inheritdoc/>
    public IBackendTransaction BeginTransaction(CancellationToken cancellationToken = default)
    {
        TakeWriteLock(cancellationToken);
        return new MemoryTransaction(this);
    }

    /// <inheritdoc/>
    public IStateSnapshot OpenSnapshot() => new MemorySnapshot(Present());

    /// <inheritdoc/>
    public IStateReplacement BeginReplacement(CancellationToken cancellationToken = default)
    {
        TakeWriteLock(cancellationToken);
        return new MemoryReplacement(this);
    }

    /// <summary>Does nothing: there is no disk to reach.</summary>
    public void Flush() => ObjectDisposedException.ThrowIf(_disposed, this);

    /// <inheritdoc/>
    public void Dispose()
    {
        _disposed = true;
        _state = MemoryState.Create();
    }

    internal void Publish(MemoryState state) => Volatile.Write(ref _state, state);

    internal void ReleaseWriteLock() => _queue.Exit();

    internal static StateVersion VersionOf(long sequence) => new(sequence.ToString(CultureInfo.InvariantCulture));

    private MemoryState Present()
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        return State;
    }

    private void TakeWriteLock(CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (!_queue.TryEnter(_busyTimeout, cancellationToken))
        {
            throw new StateBusyException(
                "Another transaction of this process holds the state in memory.",
                "End that transaction first; transactions of one store do not nest.");
        }

        if (Volatile.Read(ref _disposed))
        {
            // It was closed while this one waited: what it writes would be lost, and nobody would hear of it.
            ReleaseWriteLock();
            throw new ObjectDisposedException(nameof(MemoryBackend));
        }
    }
}
