using System.Runtime.CompilerServices;
using LlmSpell.Testing.Backends;

namespace LlmSpell.State.RocksDb.Tests;

/// <summary>Stores that nobody closes: the collector frees what is RocksDB's in any order, and the process goes on.</summary>
public sealed class DroppedStoreTests : IDisposable
{
    private readonly StoreFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void What_is_still_open_of_a_store_that_was_dropped_goes_with_it()
    {
        for (int i = 0; i < 8; i++)
        {
            Drop(Path.Combine(_folder.Path, $"{i}"));
        }

        Collect();
        for (int i = 0; i < 8; i++)
        {
            using var again = RocksDbBackend.Open(new RocksDbOptions { Folder = Path.Combine(_folder.Path, $"{i}"), BusyTimeout = TimeSpan.Zero });
            StoreContent.Check(again);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Drop(string folder)
    {
        var backend = RocksDbBackend.Open(new RocksDbOptions { Folder = folder });
        Worked.Fill(backend, seed: 1);
        StateVersion version = backend.ReadStatus().Version;
        Worked.Save(backend, new Random(1), 1);
        IStateSnapshot snapshot = backend.OpenSnapshot();
        Assert.True(snapshot.Scan(KeyRange.All).MoveNext());
        Assert.True(snapshot.ChangesSince(version).MoveNext());
        IBackendTransaction transaction = backend.BeginTransaction();
        transaction.Put(("s", "k"), 1, [1]);
        Assert.True(transaction.Scan(KeyRange.All).MoveNext());
        var view = RocksDbView.Open(new RocksDbOptions { Folder = folder });
        Assert.True(view.OpenSnapshot().Scan(KeyRange.All).MoveNext());
    }

    private static void Collect()
    {
        for (int i = 0; i < 5; i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }
    }
}
