using System.Globalization;

namespace LlmSpell.State.RocksDb.Tests;

public sealed class OverlappingTablesTests
{
    private const int ValueBytes = 4 << 20;
    private const int Tables = 3; // one more, and RocksDB merges them

    [Fact]
    public void A_walk_reads_a_large_value_when_it_comes_to_it_and_not_the_first_one_of_every_table()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "counts what the thread reads as Linux tells it");
        using StoreFolder folder = new();
        Random random = new(1);
        for (int table = 0; table < Tables; table++)
        {
            // A store that is closed with so much in its log writes it into a table.
            using RocksDbBackend store = folder.Open();
            using IBackendTransaction transaction = store.BeginTransaction();
            foreach (string place in (string[])["first", "second"])
            {
                byte[] value = new byte[ValueBytes];
                random.NextBytes(value);
                transaction.Put(("scope", $"{place} of table {table}"), 1, value);
            }

            transaction.Commit();
        }

        using RocksDbBackend backend = folder.Open();
        using IStateSnapshot snapshot = backend.OpenSnapshot();
        long before = BytesRead();
        using IEntryCursor cursor = snapshot.Scan(KeyRange.All);
        for (int values = 1; values <= 2 * Tables; values++)
        {
            Assert.True(cursor.MoveNext());
            Assert.Equal(ValueBytes, cursor.Value.Length);
            long read = BytesRead() - before;
            Assert.InRange(read, (long)values * ValueBytes, ((long)values * ValueBytes) + (ValueBytes / 2));
        }

        Assert.False(cursor.MoveNext());
    }

    private static long BytesRead()
    {
        string line = File.ReadLines("/proc/thread-self/io").First(line => line.StartsWith("rchar: ", StringComparison.Ordinal));
        return long.Parse(line["rchar: ".Length..], CultureInfo.InvariantCulture);
    }
}
