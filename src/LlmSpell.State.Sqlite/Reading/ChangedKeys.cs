using LlmSpell.State.Sqlite.Errors;
using LlmSpell.State.Sqlite.Native;
using LlmSpell.State.Sqlite.Opening;
using LlmSpell.State.Sqlite.Schema;

namespace LlmSpell.State.Sqlite.Reading;

/// <summary>The keys that changed since a version, each once, in their order. Not thread-safe.</summary>
internal sealed class ChangedKeys
{
    private readonly EntryReader _reader;
    private readonly Statement _changes;
    private bool _started;
    private bool _onChange;

    internal ChangedKeys(EntryReader reader, long since)
    {
        _reader = reader;
        _changes = reader.Statements.Take(Sql.ChangesByKey);
        _changes.BindInt64(1, since);
    }

    /// <summary>Puts the next keys into a batch, instead of those in it; none after the last.</summary>
    internal void Fill(ChangeBatch batch)
    {
        batch.Clear();
        if (!_started)
        {
            _started = true;
            Sort();
        }

        while (_onChange && batch.Count < ChangeBatch.MaxKeys)
        {
            TakeChangesOfKey(batch);
        }
    }

    internal void GiveBack()
    {
        _reader.Statements.GiveBack(Sql.ChangesByKey, _changes);
        _reader.SetCache(ConnectionSettings.WalkCacheKib);
    }

    // The first step sorts all changes: in memory up to the size of the cache, and more than that in a file. Then their entries are looked up.
    private void Sort()
    {
        _reader.SetCache(ConnectionSettings.CacheKib);
        try
        {
            _onChange = _changes.Step();
        }
        finally
        {
            _reader.SetCache(ConnectionSettings.LookupCacheKib);
        }
    }

    // The first change says what there was before, the last when it was deleted. The statement ends up at the next key.
    private void TakeChangesOfKey(ChangeBatch batch)
    {
        ReadOnlySpan<byte> scope = _changes.Bytes(0);
        ReadOnlySpan<byte> key = _changes.Bytes(1);
        if (scope.Length > StateKey.MaxScopeBytes || key.Length > StateKey.MaxKeyBytes)
        {
            throw new StateCorruptException(
                $"The state in {_reader.File} has a change of a key that is too long to be one.", SqliteErrors.RecoveryHint(_reader.File));
        }

        int index = batch.Count;
        ref ChangedEntry entry = ref batch.Add(scope, key);
        entry.Replaced = _changes.IsNull(2) ? EntryHash.None : StoredHash.ReadHash(_changes.Bytes(2), _reader.File);
        do
        {
            entry.ChangedAt = _changes.Int64(3);
            _onChange = _changes.Step();
        }
        while (_onChange && _changes.Bytes(1).SequenceEqual(batch.Key(index)) && _changes.Bytes(0).SequenceEqual(batch.Scope(index)));
    }
}
