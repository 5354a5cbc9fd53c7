using LlmSpell.State.RocksDb.Generations;
using LlmSpell.State.RocksDb.Opening;
using LlmSpell.State.RocksDb.Schema;
using LlmSpell.State.RocksDb.Writing;

namespace LlmSpell.State.RocksDb.Reading;

/// <summary>Opens snapshots of a store that may be replaced meanwhile.</summary>
internal static class SnapshotOpener
{
    /// <exception cref="StateStorageException">The switch of a replacement failed, and may be written all the same.</exception>
    internal static RocksDbSnapshot Open(Writer writer)
    {
        while (true)
        {
            Generation generation = writer.Acquire().Generation;
            try
            {
                if (TryOpen(generation) is { } snapshot)
                {
                    return snapshot;
                }

                writer.RequireKnownGeneration();
            }
            finally
            {
                generation.Release();
            }
        }
    }

    // Null if a replacement switched in between, and the snapshot is of the new state.
    private static RocksDbSnapshot? TryOpen(Generation generation)
    {
        var point = new ReadPoint(generation);
        RocksDbSnapshot? snapshot = null;
        try
        {
            (Identity identity, Counters counters) = StoreDescription.Read(generation.Session, point.Options);
            snapshot = identity.Generation == generation.Number ? new RocksDbSnapshot(generation, identity, counters, point) : null;
            return snapshot;
        }
        finally
        {
            if (snapshot is null)
            {
                point.Dispose();
            }
        }
    }
}
