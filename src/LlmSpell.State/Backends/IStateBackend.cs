using System.Buffers;

namespace LlmSpell.State;

/// <summary>
/// The whole contract between the store and a database. Synchronous, since the embedded engines are. Thread-safe.
/// </summary>
/// <remarks>
/// Whoever opens a backend gets a store that is ready, created if there was none; a file that is not ours, or of a newer
/// format, is refused and left as it is. Failures are <see cref="StateException"/>s. Waiting for the write lock ends after the
/// configured time with <see cref="StateBusyException"/>.
/// </remarks>
public interface IStateBackend : IDisposable
{
    /// <summary>The backend's name in the configuration, such as <c>sqlite</c>.</summary>
    string Kind { get; }

    /// <summary>Where the data lies, for people and messages.</summary>
    string Location { get; }

    /// <summary>Reads what the store says of itself now.</summary>
    StoreStatus ReadStatus();

    /// <summary>Reads one entry as last committed; see <see cref="IStateSnapshot.TryRead"/>.</summary>
    bool TryRead(StateKey key, IBufferWriter<byte> value, out long modifiedAt);

    /// <summary>Whether there is an entry, as last committed.</summary>
    bool Contains(StateKey key);

    /// <summary>Begins a transaction, which holds the write lock where the database has one.</summary>
    /// <param name="cancellationToken">Ends the wait for other writers; a transaction that has begun does not look at it.</param>
    /// <exception cref="OperationCanceledException">The token was cancelled while it waited.</exception>
    IBackendTransaction BeginTransaction(CancellationToken cancellationToken = default);

    /// <summary>Opens a view of the last committed state.</summary>
    IStateSnapshot OpenSnapshot();

    /// <summary>Begins to replace the whole state.</summary>
    /// <param name="cancellationToken">Ends the wait for other writers; a replacement that has begun does not look at it.</param>
    /// <exception cref="OperationCanceledException">The token was cancelled while it waited.</exception>
    IStateReplacement BeginReplacement(CancellationToken cancellationToken = default);

    /// <summary>Returns when all that was committed so far, by any process, survives a power loss.</summary>
    void Flush();
}
