using System.Buffers;
using LlmSpell.State.Sqlite.Schema;

namespace LlmSpell.State.Sqlite.Writing;

/// <summary>A transaction on the writing connection, in which a write is several statements. After a failed read SQLite may have rolled it back itself.</summary>
internal sealed class SqliteTransaction : BackendTransaction, IBackendTransaction
{
    private readonly WriterSlot _slot;
    private readonly EntryWriter _writer;
    private readonly long _firstSequence;
    private Meta _meta;

    internal SqliteTransaction(WriterSlot slot, CancellationToken cancellationToken = default)
    {
        _slot = slot;
        _writer = slot.Take(cancellationToken);
        try
        {
            _meta = _writer.ReadMeta();
            _firstSequence = _meta.Sequence;
        }
        catch
        {
            slot.GiveBack();
            throw;
        }
    }

    public Fingerprint Fingerprint
    {
        get
        {
            ThrowIfNotOpen();
            return _meta.Fingerprint;
        }
    }

    public bool TryRead(StateKey key, IBufferWriter<byte> value, out long modifiedAt)
    {
        ArgumentNullException.ThrowIfNull(value);
        ThrowIfNotOpen();
        return _writer.Reader.TryRead(key, value, out modifiedAt);
    }

    public bool Contains(StateKey key)
    {
        ThrowIfNotOpen();
        return _writer.Reader.Find(key) is not null;
    }

    public IEntryCursor Scan(KeyRange range)
    {
        ArgumentNullException.ThrowIfNull(range);
        ThrowIfNotOpen();
        return _writer.Reader.Scan(range);
    }

    public void Put(StateKey key, long modifiedAt, ReadOnlySpan<byte> value)
    {
        ThrowIfNotOpen();
        EntryHash hash = EntryHash.Of(key, value);
        try
        {
            EntryHash? replaced = _writer.Update(key, modifiedAt, hash, value);
            if (replaced is null)
            {
                _writer.Insert(key.Scope, key.Key, modifiedAt, hash, value);
                _meta = _meta with { Entries = _meta.Entries + 1 };
            }

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
            if (_writer.Delete(key) is not { } deleted)
            {
                return false;
            }

            _meta = _meta with { Entries = _meta.Entries - 1 };
            Record(key, deletedAt, deleted, EntryHash.None);
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
        try
        {
            _writer.Reader.EndCursors();
            long changes = _meta.Sequence - _firstSequence;
            if (changes > 0)
            {
                long prune = ChangeLogPruning.Through(_meta, changes);
                if (prune > _meta.PrunedThrough)
                {
                    _writer.PruneChanges(prune);
                    _meta = _meta with { PrunedThrough = prune };
                }

                _writer.WriteMeta(_meta);
            }

            _writer.Commit(_meta);
        }
        catch (Exception e)
        {
            Fail(e);
            throw;
        }

        End();
        return Meta.VersionOf(_meta.Sequence);
    }

    protected override Exception? RolledBackBy => _writer.Connection.RolledBackBy;

    protected override void Close() => _slot.GiveBack();

    private void Record(StateKey key, long changedAt, EntryHash replaced, EntryHash written)
    {
        _meta = _meta with { Sequence = _meta.Sequence + 1, Fingerprint = _meta.Fingerprint.Toggle(replaced).Toggle(written) };
        _writer.RecordChange(_meta.Sequence, key, changedAt, replaced);
    }
}
