using System.Buffers;
using System.Collections.Immutable;

namespace LlmSpell.State;

internal sealed class MemoryTransaction : IBackendTransaction
{
    private readonly MemoryBackend _backend;
    private readonly CursorSet _cursors = new();
    private readonly ImmutableSortedSet<MemoryEntry>.Builder _entries;
    private readonly ImmutableList<MemoryChange>.Builder _changes;
    private Fingerprint _fingerprint;
    private bool _ended;

    internal MemoryTransaction(MemoryBackend backend)
    {
        _backend = backend;
        _entries = backend.State.Entries.ToBuilder();
        _changes = backend.State.Changes.Items.ToBuilder();
        _fingerprint = backend.State.Fingerprint;
    }

    public Fingerprint Fingerprint
    {
        get
        {
            ObjectDisposedException.ThrowIf(_ended, this);
            return _fingerprint;
        }
    }

    public bool TryRead(StateKey key, IBufferWriter<byte> value, out long modifiedAt)
    {
        ArgumentNullException.ThrowIfNull(value);
        ObjectDisposedException.ThrowIf(_ended, this);
        modifiedAt = 0;
        if (Find(key) is not { } entry)
        {
            return false;
        }

        value.Write(entry.Value);
        modifiedAt = entry.ModifiedAt;
        return true;
    }

    public bool Contains(StateKey key)
    {
        ObjectDisposedException.ThrowIf(_ended, this);
        return _entries.Contains(MemoryEntry.Probe(key));
    }

    public IEntryCursor Scan(KeyRange range)
    {
        ArgumentNullException.ThrowIfNull(range);
        ObjectDisposedException.ThrowIf(_ended, this);
        return _cursors.Add(new MemoryEntryCursor(_entries.ToImmutable(), range, _cursors));
    }

    public void Put(StateKey key, long modifiedAt, ReadOnlySpan<byte> value)
    {
        ObjectDisposedException.ThrowIf(_ended, this);
        EntryHash hash = EntryHash.Of(key, value);

        // Copied before anything changes: there may be no memory for it, and the caller may go on without this write.
        MemoryEntry entry = new(key, modifiedAt, value.ToArray(), hash);
        MemoryEntry? present = Find(key);
        if (present is not null)
        {
            _entries.Remove(present);
        }

        _entries.Add(entry);
        Record(key, modifiedAt, present?.Hash ?? EntryHash.None, hash);
    }

    public bool Delete(StateKey key, long deletedAt)
    {
        ObjectDisposedException.ThrowIf(_ended, this);
        if (Find(key) is not { } present)
        {
            return false;
        }

        _entries.Remove(present);
        Record(key, deletedAt, present.Hash, EntryHash.None);
        return true;
    }

    public StateVersion Commit()
    {
        ObjectDisposedException.ThrowIf(_ended, this);
        MemoryState before = _backend.State;
        MemoryChangeLog log = before.Changes with { Items = _changes.ToImmutable() };
        _backend.Publish(before with
        {
            Entries = _entries.ToImmutable(),
            Fingerprint = _fingerprint,
            Changes = log.Prune(_entries.Count),
        });
        Dispose();
        return MemoryBackend.VersionOf(log.Last);
    }

    public void Dispose()
    {
        if (!_ended)
        {
            _ended = true;
            _cursors.EndAll();
            _backend.ReleaseWriteLock();
        }
    }

    private MemoryEntry? Find(StateKey key) => _entries.TryGetValue(MemoryEntry.Probe(key), out MemoryEntry? entry) ? entry : null;

    private void Record(StateKey key, long changedAt, EntryHash replaced, EntryHash written)
    {
        _fingerprint = _fingerprint.Toggle(replaced).Toggle(written);
        _changes.Add(new MemoryChange(key, changedAt, replaced));
    }
}
