using System.Buffers;
using LlmSpell.State.RocksDb.Generations;
using LlmSpell.State.RocksDb.Native;
using LlmSpell.State.RocksDb.Reading;
using LlmSpell.State.RocksDb.Schema;

namespace LlmSpell.State.RocksDb.Writing;

/// <summary>A transaction: its writes are held in memory, and written at once.</summary>
internal sealed class RocksDbTransaction : BackendTransaction, IBackendTransaction
{
    private readonly Writer _writer;
    private readonly Present _present;
    private readonly CursorSet _cursors = new();
    private readonly Database _database;
    private Counters _counters;

    internal RocksDbTransaction(Writer writer, CancellationToken cancellationToken)
    {
        _writer = writer;
        _present = writer.Take(cancellationToken);
        _database = _present.Generation.Database;
        _counters = _present.Counters;
    }

    public Fingerprint Fingerprint
    {
        get
        {
            ThrowIfNotOpen();
            return _counters.Fingerprint;
        }
    }

    private bool HasWrites => _counters.Sequence != _present.Counters.Sequence;

    public bool TryRead(StateKey key, IBufferWriter<byte> value, out long modifiedAt)
    {
        ArgumentNullException.ThrowIfNull(value);
        ThrowIfNotOpen();
        if (_writer.Writes.TryGet(key, out OwnWrite own))
        {
            return EntryRead.TryCopy(!own.IsDeleted, _writer.Writes.Bytes(own), _database.Folder, value, out modifiedAt);
        }

        using PinnedValue stored = Get(key);
        return EntryRead.TryCopy(stored, _database.Folder, value, out modifiedAt);
    }

    public bool Contains(StateKey key)
    {
        ThrowIfNotOpen();
        if (_writer.Writes.TryGet(key, out OwnWrite own))
        {
            return !own.IsDeleted;
        }

        using PinnedValue stored = Get(key);
        return stored.IsFound;
    }

    public IEntryCursor Scan(KeyRange range)
    {
        ArgumentNullException.ThrowIfNull(range);
        ThrowIfNotOpen();
        var rows = Rows.OfEntries(_present.Generation, range, snapshot: 0, HasWrites ? _writer.Writes.Index(_present.Generation) : null);
        return _cursors.Add(new EntryCursor(rows, _cursors, _database.Folder));
    }

    public void Put(StateKey key, long modifiedAt, ReadOnlySpan<byte> value)
    {
        ThrowIfNotOpen();
        EntryHash hash = EntryHash.Of(key, value);
        try
        {
            EntryHash? replaced = FindHash(key);
            Span<byte> header = stackalloc byte[EntryRecord.HeaderSize];
            EntryRecord.WriteHeader(header, modifiedAt, hash);
            _writer.Writes.Put(_present.Generation, key, header, value, hash);
            _counters = _counters with { Entries = _counters.Entries + (replaced is null ? 1 : 0) };
            Record(key, modifiedAt, replaced ?? EntryHash.None, hash);
        }
        catch (Exception e)
        {
            Fail(e);
            throw;
        }
    }

    public bool Delete(StateKey key, long deletedAt)
    {
        ThrowIfNotOpen();
        key.ThrowIfDefault();
        try
        {
            if (FindHash(key) is not { } replaced)
            {
                return false;
            }

            _writer.Writes.Delete(_present.Generation, key);
            _counters = _counters with { Entries = _counters.Entries - 1 };
            Record(key, deletedAt, replaced, EntryHash.None);
            return true;
        }
        catch (Exception e)
        {
            Fail(e);
            throw;
        }
    }

    public StateVersion Commit()
    {
        ThrowIfNotOpen();
        bool wrote = HasWrites;
        try
        {
            _cursors.EndAll();
            if (wrote)
            {
                ChangeLogPruning.Run(_writer, _writer.Commit(_present, _counters));
            }
        }
        catch (Exception e)
        {
            Fail(e);
            throw;
        }

        End();
        if (wrote)
        {
            _writer.FlushIfStrict();
        }

        return Counters.VersionOf(_counters.Sequence);
    }

    protected override void Close()
    {
        _cursors.EndAll();
        _writer.GiveBack(_present);
    }

    // As last committed: whoever calls it has looked at the transaction's own writes.
    private PinnedValue Get(StateKey key) => _present.Generation.Get(key);

    private EntryHash? FindHash(StateKey key)
    {
        if (_writer.Writes.TryGet(key, out OwnWrite own))
        {
            return own.IsDeleted ? null : own.Hash;
        }

        if (_writer.Recent.TryGet(key, out EntryHash recent))
        {
            return recent == EntryHash.None ? null : recent;
        }

        using PinnedValue stored = Get(key);
        return stored.IsFound ? new EntryRecord(stored.Bytes, _database.Folder).Hash : null;
    }

    private void Record(StateKey key, long changedAt, EntryHash replaced, EntryHash written)
    {
        _counters = _counters with
        {
            Sequence = _counters.Sequence + 1,
            Fingerprint = _counters.Fingerprint.Toggle(replaced).Toggle(written),
        };
        Span<byte> number = stackalloc byte[ChangeRecord.NumberSize];
        Span<byte> header = stackalloc byte[ChangeRecord.HeaderSize];
        ChangeRecord.WriteNumber(number, _counters.Sequence);
        ChangeRecord.WriteHeader(header, changedAt, replaced);
        _writer.Writes.LogChange(_present.Generation, number, header, key);
    }
}
