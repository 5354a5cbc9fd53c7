using System.Globalization;
using LlmSpell.State.RocksDb.Durability;
using LlmSpell.State.RocksDb.Files;
using LlmSpell.Testing.Backends;

namespace LlmSpell.State.RocksDb.Tests;

public sealed class StrictTests : IDisposable
{
    private readonly StoreFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task With_strict_durability_each_commit_is_flushed_before_it_returns_also_among_many()
    {
        const int Writers = 8;
        const int Commits = 60;
        using RocksDbBackend backend = RocksDbBackend.Open(
            new RocksDbOptions { Folder = _folder.Path, Durability = StateDurability.Strict });
        string mark = new StorePaths(_folder.Path).Flushed;
        await Task.WhenAll(Enumerable.Range(0, Writers).Select(writer => Task.Run(() =>
        {
            for (int i = 0; i < Commits; i++)
            {
                long sequence;
                using (IBackendTransaction transaction = backend.BeginTransaction())
                {
                    transaction.Put(($"writer:{writer}", i.ToString(CultureInfo.InvariantCulture)), i, [1]);
                    sequence = long.Parse(transaction.Commit().Token, CultureInfo.InvariantCulture);
                }

                Assert.True(ReadMark(mark) >= sequence, $"commit {sequence} returned before it was flushed");
            }
        })));

        Assert.Equal(Writers * Commits, backend.ReadStatus().Entries);
        StoreContent.Check(backend);
    }

    [Fact]
    public void Without_it_a_commit_is_flushed_when_the_store_is()
    {
        using RocksDbBackend backend = _folder.Open();
        string mark = new StorePaths(_folder.Path).Flushed;
        backend.Flush();
        long before = ReadMark(mark);
        Worked.Save(backend, new Random(1), 1);
        Assert.Equal(before, ReadMark(mark));

        backend.Flush();

        Assert.Equal(long.Parse(backend.ReadStatus().Version.Token, CultureInfo.InvariantCulture), ReadMark(mark));
    }

    // The mark is overwritten in place by whoever flushes; a look in between may find half of it.
    private static long ReadMark(string file)
    {
        while (true)
        {
            try
            {
                return FlushedMark.Read(file).Sequence;
            }
            catch (StateCorruptException)
            {
            }
        }
    }
}
