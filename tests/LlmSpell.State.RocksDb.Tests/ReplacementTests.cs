using System.Text;
using LlmSpell.State.RocksDb.Files;
using LlmSpell.State.RocksDb.Native;
using LlmSpell.State.RocksDb.Opening;
using LlmSpell.State.RocksDb.Reading;
using LlmSpell.State.RocksDb.Schema;
using LlmSpell.State.RocksDb.Writing;
using LlmSpell.Testing;
using LlmSpell.Testing.Backends;

namespace LlmSpell.State.RocksDb.Tests;

/// <summary>Replacements that fail at their switch.</summary>
public sealed class ReplacementTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void One_whose_families_cannot_be_made_leaves_none_of_them()
    {
        RocksDbOptions options = new() { Folder = _folder.Path };
        StorePaths paths = new(_folder.Path);
        OpenedStore store = StoreOpener.Open(paths, options);
        using Writer writer = new(paths, options, store);
        Database database = store.Session.Database;
        using (Family inTheWay = database.CreateFamily(FamilyNames.Changes(2)))
        {
            using RocksDbReplacement replacement = new(writer);
            Assert.ThrowsAny<StateException>(() => replacement.Commit("backup-1", adopt: null));
            database.Drop(inTheWay);
        }

        using RocksDbReplacement next = new(writer);
        StoreStatus after = next.Commit("backup-1", adopt: null);

        Assert.Equal(after, writer.Present.Status);
    }

    [Fact]
    public void One_with_a_large_value_has_no_larger_tables_of_others_after_it()
    {
        const long Usual = 13 << 20;
        using RocksDbBackend backend = RocksDbBackend.Open(new RocksDbOptions { Folder = _folder.Path });
        Random random = new(1);
        using (IStateReplacement replacement = backend.BeginReplacement())
        {
            Append(replacement, "large", 20 << 20, random);
            for (int i = 0; i < 200; i++)
            {
                Append(replacement, $"other{i:d3}", 100_000, random);
            }

            replacement.Commit("backup-1", adopt: null);
        }

        FileInfo[] tables = new DirectoryInfo(new StorePaths(_folder.Path).Database).GetFiles("*.sst");
        Assert.Single(tables, table => table.Length > Usual);

        static void Append(IStateReplacement replacement, string key, int length, Random random)
        {
            byte[] value = new byte[length];
            random.NextBytes(value);
            using SingleEntry entry = new("s"u8, Encoding.UTF8.GetBytes(key), 1, value);
            replacement.Append(entry);
        }
    }

    [Fact]
    public void One_whose_switch_was_written_though_it_failed_leaves_nobody_waiting_for_its_end()
    {
        RocksDbOptions options = new() { Folder = _folder.Path };
        StorePaths paths = new(_folder.Path);
        OpenedStore store = StoreOpener.Open(paths, options);
        using Writer writer = new(paths, options, store);
        StateStorageException cause = new("the disk failed");
        writer.NoteFailedSwitch(cause);
        SnapshotOpener.Open(writer).Dispose();

        DescriptionWriter.Write(store.Session, store.Identity with { Generation = store.Identity.Generation + 1 }, store.Counters);
        StateStorageException error = Assert.Throws<StateStorageException>(() => SnapshotOpener.Open(writer));

        Assert.True(error.OutcomeUnknown);
        Assert.Same(cause, error.InnerException);
    }

    [Fact]
    public void One_whose_switch_may_be_on_the_disk_keeps_the_families_that_it_names()
    {
        using SmallDisk disk = new(_folder["disk"], megabytes: 24);
        RocksDbOptions options = new() { Folder = disk.Path };
        using (RocksDbBackend backend = RocksDbBackend.Open(options))
        {
            Worked.Fill(backend, seed: 1);
            StoreStatus before = backend.ReadStatus();
            disk.Fill();
            Assert.Throws<StateStorageException>(() =>
            {
                using IBackendTransaction transaction = backend.BeginTransaction();
                transaction.Put(("full", "k"), 1, new byte[100_000]);
                transaction.Commit();
            });
            disk.Empty();

            // From then on RocksDB makes families, but writes nothing into the log.
            using IStateReplacement replacement = backend.BeginReplacement();
            StateStorageException error = Assert.Throws<StateStorageException>(() => replacement.Commit("backup-1", adopt: null));

            Assert.True(error.OutcomeUnknown);
            Assert.Equal(before, backend.ReadStatus());
            using DatabaseOptions settings = new(cacheBytes: 1 << 20, LogRecovery.ToTheEnd);
            List<string> families = Database.ListFamilies(new StorePaths(disk.Path).Database, settings);
            Assert.Contains(FamilyNames.Entries(3), families);
            Assert.Contains(FamilyNames.Changes(3), families);
        }

        using RocksDbBackend again = RocksDbBackend.Open(options);
        StoreContent.Check(again);
        Worked.Fill(again, seed: 2);
    }
}
