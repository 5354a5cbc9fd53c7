using System.Buffers;

namespace LlmSpell.State;

/// <summary>
/// A serializable transaction that reads its own writes. Disposing it without <see cref="Commit"/> rolls back. Not
/// thread-safe. A cursor must be disposed before the next write; its cursors end with it.
/// </summary>
public interface IBackendTransaction : IDisposable
{
    /// <summary>What the entries add up to, the transaction's own writes included.</summary>
    Fingerprint Fingerprint { get; }

    /// <summary>Reads one entry; see <see cref="IStateSnapshot.TryRead"/>.</summary>
    bool TryRead(StateKey key, IBufferWriter<byte> value, out long modifiedAt);

    /// <summary>Whether there is an entry.</summary>
    bool Contains(StateKey key);

    /// <summary>Walks the entries of a range, the transaction's own writes included.</summary>
    IEntryCursor Scan(KeyRange range);

    /// <summary>Writes an entry, in place of the present one if there is one.</summary>
    /// <param name="key">The entry's name.</param>
    /// <param name="modifiedAt">Microseconds since the Unix epoch, from 0 to the end of the year 9999. Kept as it is; a check of the store finds others.</param>
    /// <param name="value">The value's bytes, kept verbatim.</param>
    void Put(StateKey key, long modifiedAt, ReadOnlySpan<byte> value);

    /// <summary>Deletes an entry.</summary>
    /// <param name="key">The entry's name.</param>
    /// <param name="deletedAt">Microseconds since the Unix epoch; the change log keeps it for the tombstone.</param>
    /// <returns>Whether there was one; if not, nothing is recorded as changed.</returns>
    bool Delete(StateKey key, long deletedAt);

    /// <summary>Makes the writes visible to all at once, and returns the store's new version.</summary>
    StateVersion Commit();
}
