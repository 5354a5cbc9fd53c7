namespace LlmSpell.State;

/// <summary>
/// Replaces the whole state: holds the write lock from its beginning, takes the new state in the order of keys beside the
/// present one, and switches in one atomic step. Disposing it without <see cref="Commit"/> leaves everything as it was.
/// Readers see the present state until the switch. Not thread-safe.
/// </summary>
/// <remarks>While it is held nobody else writes, so a snapshot opened meanwhile shows the very state that will be replaced.</remarks>
public interface IStateReplacement : IDisposable
{
    /// <summary>The state that will be replaced.</summary>
    StoreStatus Present { get; }

    /// <summary>What the entries taken so far add up to.</summary>
    Fingerprint Fingerprint { get; }

    /// <summary>How many entries were taken so far.</summary>
    long Entries { get; }

    /// <summary>Takes the entries that a cursor gives, to its end. The cursor stays the caller's.</summary>
    /// <param name="entries">
    /// Further entries in the order of their keys; many at once cost far less than one by one. Their
    /// <see cref="IEntryCursor.Hash"/> is stored as it is: it must be that of the entry. An exception of the cursor reaches the caller.
    /// </param>
    /// <exception cref="ArgumentException">A key does not come after the one before, or is not a valid key. The replacement is over then.</exception>
    void Append(IEntryCursor entries);

    /// <summary>Switches to the new state, under a new lineage.</summary>
    /// <param name="backupId">The backup that it came from, for <see cref="StoreStatus.RestoredFrom"/>; null if it came from none.</param>
    /// <param name="adopt">The store id to take over; null keeps the present one.</param>
    /// <returns>The store after the switch.</returns>
    /// <exception cref="ArgumentException">What is to be taken over is no store's id. Nothing has happened.</exception>
    StoreStatus Commit(string? backupId, StoreId? adopt);
}
