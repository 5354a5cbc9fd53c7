using LlmSpell.State.RocksDb.Native;

namespace LlmSpell.State.RocksDb.Generations;

/// <summary>
/// The families that hold one whole state. A replacement makes new ones and switches to them; whoever still reads the old ones keeps them.
/// </summary>
internal sealed class Generation : Counted
{
    private readonly Session _session;

    /// <param name="session">The database; this takes part in it.</param>
    /// <param name="number">Which generation it is.</param>
    /// <param name="entries">Owned by this.</param>
    /// <param name="changes">Owned by this.</param>
    internal Generation(Session session, long number, Family entries, Family changes)
    {
        _session = session.TryAcquire() ? session : throw new ObjectDisposedException(nameof(RocksDbBackend));
        Number = number;
        Entries = entries;
        Changes = changes;
    }

    internal long Number { get; }

    internal Family Entries { get; }

    internal Family Changes { get; }

    internal Session Session => _session;

    internal Database Database => _session.Database;

    /// <summary>What is stored under a key, as last committed or as the options say. The caller keeps the generation until the value is disposed.</summary>
    internal PinnedValue Get(StateKey key, nint? readOptions = null) =>
        Database.Get(readOptions ?? Database.Options.ReadOptions.Pointer, Entries, key.Joined);

    protected override void End()
    {
        Entries.Dispose();
        Changes.Dispose();
        _session.Release();
    }
}
