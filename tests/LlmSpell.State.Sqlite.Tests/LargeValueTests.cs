using LlmSpell.State.Sqlite.Native;
using LlmSpell.State.Sqlite.Writing;
using LlmSpell.Testing.Backends;

namespace LlmSpell.State.Sqlite.Tests;

/// <summary>Values about the length from which on a new state has them written into their pages after the row.</summary>
public sealed class LargeValueTests : IDisposable
{
    private static readonly int[] AllLengths =
        [1, 941, EntryWriter.LateBytes - 1, EntryWriter.LateBytes, EntryWriter.LateBytes + 1, 3 * EntryWriter.LateBytes];

    private readonly StoreFolder _folder = new();

    public static TheoryData<int> Lengths => [.. AllLengths];

    public void Dispose()
    {
        DatabaseFile.Check(_folder.File);
        _folder.Dispose();
    }

    [Theory]
    [MemberData(nameof(Lengths))]
    public void They_are_what_was_put_whatever_they_take_the_place_of(int length)
    {
        using SqliteBackend backend = _folder.Open();
        byte[] value = Bytes(length, seed: 1);
        foreach (int before in AllLengths)
        {
            Put(backend, "updated", Bytes(before, seed: 2));
            Put(backend, "updated", value);
            Assert.Equal(value, Assert.Single(StoreContent.Read(backend)).Value);
        }

        StoreContent.Check(backend);
    }

    /// <summary>The entry still names the row of before.</summary>
    [Fact]
    public void A_save_in_place_of_one_that_another_tool_deleted_is_kept()
    {
        using SqliteBackend backend = _folder.Open();
        Put(backend, "k", Bytes(5_000, seed: 1));
        using (Connection other = DatabaseFile.Open(_folder.File))
        {
            other.Execute("DELETE FROM large_values");
        }

        byte[] value = Bytes(6_000, seed: 2);
        Put(backend, "k", value);

        Assert.Equal(value, Assert.Single(StoreContent.Read(backend)).Value);
        StoreContent.Check(backend);
    }

    [Fact]
    public void A_transaction_that_is_not_committed_leaves_the_value_of_before()
    {
        using SqliteBackend backend = _folder.Open();
        byte[] before = Bytes(2 * EntryWriter.LateBytes, seed: 1);
        Put(backend, "k", before);
        using (IBackendTransaction transaction = backend.BeginTransaction())
        {
            transaction.Put(("s", "k"), 2, Bytes(2 * EntryWriter.LateBytes, seed: 2));
            transaction.Put(("s", "new"), 2, Bytes(2 * EntryWriter.LateBytes, seed: 3));
        }

        Assert.Equal(before, Assert.Single(StoreContent.Read(backend)).Value);
        StoreContent.Check(backend);
    }

    [Fact]
    public void They_are_in_a_new_state_as_the_backup_has_them()
    {
        using SqliteBackend source = _folder.Open();
        foreach (int length in AllLengths)
        {
            Put(source, $"{length:d8}", Bytes(length, seed: length));
        }

        List<Entry> entries = StoreContent.Read(source);
        using StoreFolder folder = new();
        using SqliteBackend target = folder.Open();
        using (IStateSnapshot snapshot = source.OpenSnapshot())
        using (IStateReplacement replacement = target.BeginReplacement())
        {
            using IEntryCursor cursor = snapshot.Scan(KeyRange.All);
            replacement.Append(cursor);
            replacement.Commit("backup-1", adopt: null);
        }

        Assert.Equal(entries, StoreContent.Read(target));
        StoreContent.Check(target);
    }

    private static void Put(SqliteBackend backend, string key, byte[] value)
    {
        using IBackendTransaction transaction = backend.BeginTransaction();
        transaction.Put(("s", key), 1, value);
        transaction.Commit();
    }

    private static byte[] Bytes(int length, int seed)
    {
        byte[] bytes = new byte[length];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }
}
