using System.Collections.Immutable;

namespace LlmSpell.State;

internal sealed class MemoryReplacement(MemoryBackend backend) : IStateReplacement
{
    private readonly AscendingKeys _order = new();
    private readonly ImmutableSortedSet<MemoryEntry>.Builder _entries = ImmutableSortedSet.CreateBuilder(MemoryEntry.ByKey);
    private bool _ended;

    public StoreStatus Present => backend.State.Status;

    public Fingerprint Fingerprint { get; private set; }

    public long Entries => _entries.Count;

    public void Append(IEntryCursor entries)
    {
        ArgumentNullException.ThrowIfNull(entries);
        ObjectDisposedException.ThrowIf(_ended, this);
        try
        {
            while (entries.MoveNext())
            {
                Append(entries.Scope, entries.Key, entries.ModifiedAt, entries.Hash, entries.Value);
            }
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    public StoreStatus Commit(string? backupId, StoreId? adopt)
    {
        StoreId.CheckAdopted(adopt);
        ObjectDisposedException.ThrowIf(_ended, this);
        MemoryState before = backend.State;
        // One sequence number for the switch itself: a version from before it must not look like the restored one.
        MemoryChangeLog log = new(before.Changes.Last + 1, []);
        MemoryState after = new(
            adopt ?? before.Store,
            LineageId.New(),
            _entries.ToImmutable(),
            Fingerprint,
            log,
            backupId is null ? null : new RestoredFrom(backupId, MemoryBackend.VersionOf(log.Last)));
        backend.Publish(after);
        Dispose();
        return after.Status;
    }

    public void Dispose()
    {
        if (!_ended)
        {
            _ended = true;
            backend.ReleaseWriteLock();
        }
    }

    private void Append(ReadOnlySpan<byte> scope, ReadOnlySpan<byte> key, long modifiedAt, EntryHash hash, ReadOnlySpan<byte> value)
    {
        if (_order.Problem(scope, key) is { } problem)
        {
            throw new ArgumentException($"Entry {_entries.Count + 1} of the new state {problem}.", nameof(key));
        }

        _entries.Add(new MemoryEntry(StateKey.FromValidated(scope, key), modifiedAt, value.ToArray(), hash));
        Fingerprint = Fingerprint.Toggle(hash);
    }
}
