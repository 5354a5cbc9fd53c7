using LlmSpell.State.Sqlite.Native;
using LlmSpell.Testing.Backends;

namespace LlmSpell.State.Sqlite.Tests;

/// <summary>Walks over all entries, whose rows are taken many at a time.</summary>
public sealed class ScanTests : IDisposable
{
    private const int Many = 3_000;

    private readonly StoreFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Several_walks_of_one_snapshot_give_all_entries_however_their_steps_alternate()
    {
        using SqliteBackend backend = _folder.Open();
        List<Entry> expected = Fill(backend);
        using IStateSnapshot snapshot = backend.OpenSnapshot();
        using IEntryCursor slow = snapshot.Scan(KeyRange.All);
        using IEntryCursor fast = snapshot.Scan(KeyRange.All);
        List<Entry> ofSlow = [];
        List<Entry> ofFast = [];
        while (slow.MoveNext())
        {
            for (int i = 0; i < 3 && fast.MoveNext(); i++)
            {
                ofFast.Add(Present(fast));
            }

            // The other one's steps have not changed what this one stands on.
            ofSlow.Add(Present(slow));
        }

        Assert.Equal(expected, ofSlow);
        Assert.Equal(expected, ofFast);
        Assert.False(fast.MoveNext());
    }

    /// <summary>As another version or another tool may have left them.</summary>
    [Theory]
    [InlineData(4_000)]
    [InlineData(65_000)]
    [InlineData(200_000)]
    public void Rows_that_are_longer_than_ours_are_read_too(int length)
    {
        using SqliteBackend backend = _folder.Open();
        List<Entry> expected = Fill(backend);
        using (Connection other = DatabaseFile.Open(_folder.File))
        {
            other.Execute($"UPDATE entries SET value = CAST(substr(hex(zeroblob({length})), 1, {length}) AS BLOB) WHERE key LIKE '%7' AND large IS NULL");
        }

        using IStateSnapshot snapshot = backend.OpenSnapshot();
        using IEntryCursor cursor = snapshot.Scan(KeyRange.All);
        int at = 0;
        int longer = 0;
        for (; cursor.MoveNext(); at++)
        {
            Assert.Equal(expected[at].Key, new StateKey(cursor.Scope, cursor.Key));
            Assert.Equal(EntryHash.Of(expected[at].Key, expected[at].Value), cursor.Hash);
            if (cursor.Value.SequenceEqual(expected[at].Value))
            {
                continue;
            }

            longer++;
            Assert.Equal(length, cursor.Value.Length);
            Assert.False(cursor.Value.ContainsAnyExcept((byte)'0'));
        }

        Assert.Equal(Many, at);
        Assert.InRange(longer, Many / 20, Many / 5);
    }

    [Fact]
    public void The_entries_before_a_damaged_page_are_given_before_the_error()
    {
        List<Entry> expected;
        using (SqliteBackend backend = _folder.Open())
        {
            expected = Fill(backend);
        }

        using (FileStream file = new(_folder.File, FileMode.Open))
        {
            file.Position = file.Length / 2 / Schema.StoreSchema.PageSize * Schema.StoreSchema.PageSize;
            file.Write(new byte[Schema.StoreSchema.PageSize]);
        }

        using SqliteBackend damaged = _folder.Open();
        using IStateSnapshot snapshot = damaged.OpenSnapshot();
        List<Entry> oneByOne = ReadUntilDamage(snapshot.Scan(KeyRange.WithPrefix("s"u8, default)));
        List<Entry> all = ReadUntilDamage(snapshot.Scan(KeyRange.All));
        Assert.NotEmpty(all);
        Assert.Equal(oneByOne, all);
        Assert.Equal(expected.Take(all.Count), all);
    }

    private static List<Entry> ReadUntilDamage(IEntryCursor cursor)
    {
        using (cursor)
        {
            List<Entry> entries = [];
            Assert.Throws<StateCorruptException>(() =>
            {
                while (cursor.MoveNext())
                {
                    entries.Add(Present(cursor));
                }
            });
            Assert.False(cursor.MoveNext());
            return entries;
        }
    }

    private static List<Entry> Fill(SqliteBackend backend)
    {
        using (IBackendTransaction transaction = backend.BeginTransaction())
        {
            using SyntheticEntries entries = new(Many, seed: 5);
            while (entries.MoveNext())
            {
                transaction.Put(new StateKey(entries.Scope, entries.Key), entries.ModifiedAt, entries.Value);
            }

            transaction.Commit();
        }

        return StoreContent.Read(new SyntheticEntries(Many, seed: 5));
    }

    private static Entry Present(IEntryCursor cursor) => new(new StateKey(cursor.Scope, cursor.Key), cursor.ModifiedAt, cursor.Value.ToArray());
}
