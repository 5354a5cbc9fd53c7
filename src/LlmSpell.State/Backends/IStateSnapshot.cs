using System.Buffers;

namespace LlmSpell.State;

/// <summary>
/// A consistent read-only view of the store at one version, while writers go on. Hold it briefly: the database cannot shrink
/// its log meanwhile. Not thread-safe; its cursors end with it.
/// </summary>
public interface IStateSnapshot : IDisposable
{
    /// <summary>The store at this version.</summary>
    StoreStatus Status { get; }

    /// <summary>Reads one entry.</summary>
    /// <param name="key">The entry's name.</param>
    /// <param name="value">Takes the value's bytes.</param>
    /// <param name="modifiedAt">Microseconds since the Unix epoch.</param>
    /// <returns>Whether there is one.</returns>
    bool TryRead(StateKey key, IBufferWriter<byte> value, out long modifiedAt);

    /// <summary>Walks the entries of a range.</summary>
    IEntryCursor Scan(KeyRange range);

    /// <summary>How many changes the change log holds.</summary>
    long LoggedChanges { get; }

    /// <summary>
    /// Checks what the database keeps besides the entries that a scan shows: its own structures, and the change log. Reads all
    /// of it.
    /// </summary>
    /// <param name="maxProblems">How many problems to look for at most, from 1.</param>
    /// <param name="cancellationToken">Ends it; a backend may come to the end of a file before it looks.</param>
    /// <returns>What is wrong, each as a sentence without its end; empty if all is well.</returns>
    IReadOnlyList<string> CheckStorage(int maxProblems, CancellationToken cancellationToken = default);

    /// <summary>Whether <see cref="ChangesSince"/> can answer for a version of the same lineage.</summary>
    ChangeLogReach ReachOf(StateVersion version);

    /// <summary>Walks what changed after a version of the same lineage, deletions included.</summary>
    /// <exception cref="InvalidOperationException"><see cref="ReachOf"/> is not <see cref="ChangeLogReach.Complete"/>.</exception>
    IChangeCursor ChangesSince(StateVersion version);
}
