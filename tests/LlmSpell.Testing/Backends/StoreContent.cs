using System.Buffers;
using LlmSpell.State;
using Xunit;

namespace LlmSpell.Testing.Backends;

/// <summary>Reads whole states for comparison, and checks what must hold of every store at every moment.</summary>
public static class StoreContent
{
    /// <summary>All entries of a snapshot, in order.</summary>
    public static List<Entry> Read(IStateSnapshot snapshot) => Read(snapshot.Scan(KeyRange.All));

    /// <summary>All entries of a cursor, which is disposed.</summary>
    public static List<Entry> Read(IEntryCursor cursor)
    {
        using (cursor)
        {
            List<Entry> entries = [];
            while (cursor.MoveNext())
            {
                entries.Add(new Entry(new StateKey(cursor.Scope, cursor.Key), cursor.ModifiedAt, cursor.Value.ToArray()));
            }

            return entries;
        }
    }

    /// <summary>All entries as last committed.</summary>
    public static List<Entry> Read(IStateBackend backend)
    {
        using IStateSnapshot snapshot = backend.OpenSnapshot();
        return Read(snapshot);
    }

    /// <summary>All changes since a version, in order.</summary>
    public static List<Change> ReadChanges(IStateSnapshot snapshot, StateVersion since)
    {
        using IChangeCursor cursor = snapshot.ChangesSince(since);
        List<Change> changes = [];
        while (cursor.MoveNext())
        {
            if (cursor.IsTombstone)
            {
                Assert.Equal(EntryHash.None, cursor.Hash);
                Assert.True(cursor.Value.IsEmpty);
            }
            else
            {
                Assert.Equal(EntryHash.Of(cursor.Scope, cursor.Key, cursor.Value), cursor.Hash);
            }

            changes.Add(new Change(
                new StateKey(cursor.Scope, cursor.Key),
                cursor.ModifiedAt,
                cursor.IsTombstone ? null : cursor.Value.ToArray(),
                cursor.Replaced));
        }

        return changes;
    }

    /// <summary>
    /// Recomputes from a scan what the store says of itself: order, hashes, fingerprint, number of entries; reads each
    /// entry by its key too, and lets the database check its own storage.
    /// </summary>
    public static void Check(IStateBackend backend)
    {
        using IStateSnapshot snapshot = backend.OpenSnapshot();
        Fingerprint fingerprint = Fingerprint.Empty;
        long entries = 0;
        StateKey? last = null;
        ArrayBufferWriter<byte> value = new();
        using IEntryCursor cursor = snapshot.Scan(KeyRange.All);
        while (cursor.MoveNext())
        {
            StateKey key = new(cursor.Scope, cursor.Key);
            Assert.True(last is null || last.Value < key, $"{key} does not come after {last}");
            last = key;
            EntryHash hash = EntryHash.Of(key, cursor.Value);
            Assert.Equal(hash, cursor.Hash);
            fingerprint = fingerprint.Toggle(hash);
            entries++;
            value.ResetWrittenCount();
            Assert.True(snapshot.TryRead(key, value, out long modifiedAt), $"{key} is in the scan but cannot be read");
            Assert.Equal(cursor.ModifiedAt, modifiedAt);
            Assert.True(cursor.Value.SequenceEqual(value.WrittenSpan), $"{key} has another value in the scan");
        }

        Assert.Equal(entries, snapshot.Status.Entries);
        Assert.Equal(fingerprint, snapshot.Status.Fingerprint);
        Assert.Empty(snapshot.CheckStorage(10));
    }
}
