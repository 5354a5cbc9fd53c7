using LlmSpell.State.Files;
using LlmSpell.State.Sqlite.Durability;
using LlmSpell.State.Sqlite.Native;
using LlmSpell.State.Sqlite.Opening;
using LlmSpell.State.Sqlite.Reading;
using LlmSpell.State.Sqlite.Schema;
using LlmSpell.State.Sqlite.Writing;
using LlmSpell.Testing.Backends;

namespace LlmSpell.State.Sqlite.Tests;

public sealed class SqliteStoreTests : IDisposable
{
    private readonly StoreFolder _folder = new();

    public void Dispose()
    {
        DatabaseFile.Check(_folder.File);
        _folder.Dispose();
    }

    [Fact]
    public void What_another_connection_wrote_and_restored_is_seen_by_the_next_transaction()
    {
        using SqliteBackend one = _folder.Open();
        using SqliteBackend other = _folder.Open();
        Save(one, ("s", "k"), [1]);
        StoreStatus restored;
        using (IStateReplacement replacement = other.BeginReplacement())
        {
            replacement.Append("t"u8, "k"u8, 1, [2]);
            restored = replacement.Commit("backup-1", adopt: null);
        }

        Assert.Equal(restored, one.ReadStatus());
        Save(one, ("t", "l"), [3]);
        Assert.Equal(restored.Lineage, other.ReadStatus().Lineage);
        Assert.Equal(2, other.ReadStatus().Entries);
        StoreContent.Check(other);
    }

    [Fact]
    public void An_old_copy_of_the_file_in_its_place_opens_and_newer_versions_are_ahead_of_it()
    {
        StateVersion old;
        using (SqliteBackend backend = _folder.Open())
        {
            old = Save(backend, ("s", "k"), [1]);
        }

        byte[] copy = File.ReadAllBytes(_folder.File);
        StateVersion newer;
        using (SqliteBackend backend = _folder.Open())
        {
            newer = Save(backend, ("s", "k"), [2]);
        }

        File.WriteAllBytes(_folder.File, copy);

        using SqliteBackend again = _folder.Open();

        Assert.Equal(old, again.ReadStatus().Version);
        using (IStateSnapshot snapshot = again.OpenSnapshot())
        {
            Assert.Equal(ChangeLogReach.Ahead, snapshot.ReachOf(newer));
        }

        StoreContent.Check(again);
    }

    [Fact]
    public void Every_folder_that_gets_a_new_name_is_known_to_the_flush()
    {
        _folder.Open().Dispose();
        string inner = Path.Combine(_folder.Path, "a", "b", "c");

        Assert.Equal(
            [Path.Combine(_folder.Path, "a", "b"), Path.Combine(_folder.Path, "a"), _folder.Path],
            NewFolders.Create(inner));
        Assert.True(Directory.Exists(inner));

        // The folder above an existing one may be one that this user cannot even read.
        Assert.Empty(NewFolders.Create(inner));
    }

    [Fact]
    public void After_a_failed_flush_none_succeeds()
    {
        using SqliteBackend backend = _folder.Open();
        using LogFlush flush = new(Path.Combine(_folder.Path, "other"));
        StateStorageException failure = Assert.Throws<StateStorageException>(flush.Flush);
        Assert.True(failure.OutcomeUnknown);
        string log = Path.Combine(_folder.Path, "other-wal");
        File.WriteAllBytes(log, [1]);

        Assert.Same(failure, Assert.Throws<StateStorageException>(flush.Flush).InnerException);

        using LogFlush again = new(Path.Combine(_folder.Path, "other"));
        again.Flush();
    }

    [Fact]
    public void A_file_system_that_cannot_flush_folders_is_no_failure()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Only /proc is known to be one.");
        FileFlush.FlushFolder("/proc");
        Assert.Throws<IOException>(() => FileFlush.FlushFolder(Path.Combine(_folder.Path, "not there")));
        _folder.Open().Dispose();
    }

    [Fact]
    public void A_full_disk_rolls_the_transaction_back_and_does_not_latch()
    {
        using (SqliteBackend backend = _folder.Open())
        {
            Save(backend, ("s", "present"), [1]);
        }

        using WriterSlot slot = OpenWriter(out EntryWriter writer);
        writer.Connection.Execute($"PRAGMA max_page_count={writer.Connection.QueryInt64("PRAGMA page_count") + 20}");

        using (var transaction = new SqliteTransaction(slot))
        {
            transaction.Put(("s", "small"), 1, [1]);
            StateStorageException full = Assert.Throws<StateStorageException>(() => transaction.Put(("s", "large"), 1, new byte[1 << 20]));
            Assert.False(full.OutcomeUnknown);
            Assert.Contains(_folder.File, full.Message, StringComparison.Ordinal);
            Assert.Equal(13, Assert.IsType<SqliteErrorException>(full.InnerException).Code);

            // Half of the transaction must never be committed, even if the caller goes on.
            Assert.Same(full, Assert.Throws<StateStorageException>(() => transaction.Commit()).InnerException);
            Assert.Throws<StateStorageException>(() => transaction.Put(("s", "small"), 1, [1]));
        }

        using (var transaction = new SqliteTransaction(slot))
        {
            transaction.Put(("s", "afterwards"), 1, [1]);
            transaction.Commit();
        }

        using SqliteBackend again = _folder.Open();
        Assert.Equal(["s/afterwards", "s/present"], StoreContent.Read(again).Select(entry => entry.Key.ToString()));
        StoreContent.Check(again);
    }

    [Fact]
    public void A_full_disk_during_a_replacement_leaves_the_present_state()
    {
        using (SqliteBackend backend = _folder.Open())
        {
            Save(backend, ("s", "present"), [1]);
        }

        using WriterSlot slot = OpenWriter(out EntryWriter writer);
        writer.Connection.Execute($"PRAGMA max_page_count={writer.Connection.QueryInt64("PRAGMA page_count") + 20}");

        using (var replacement = new SqliteReplacement(slot))
        {
            replacement.Append("t"u8, "a"u8, 1, [1]);
            Assert.Throws<StateStorageException>(() => replacement.Append("t"u8, "b"u8, 1, new byte[1 << 20]));
            Assert.Throws<ObjectDisposedException>(() => replacement.Commit("backup-1", adopt: null));
        }

        using SqliteBackend again = _folder.Open();
        Assert.Equal(["s/present"], StoreContent.Read(again).Select(entry => entry.Key.ToString()));
        StoreContent.Check(again);
    }

    [Fact]
    public void Damage_found_while_reading_is_named()
    {
        using (SqliteBackend backend = _folder.Open())
        {
            using IBackendTransaction transaction = backend.BeginTransaction();
            for (int i = 0; i < 1_000; i++)
            {
                transaction.Put(("s", $"{i:D4}"), 1, new byte[500]);
            }

            transaction.Commit();
        }

        byte[] sound = File.ReadAllBytes(_folder.File);
        byte[] damaged = [.. sound];
        damaged.AsSpan(damaged.Length / 2, 20_000).Fill(0xA5);
        File.WriteAllBytes(_folder.File, damaged);
        using (SqliteBackend backend = _folder.Open())
        {
            StateCorruptException found = Assert.Throws<StateCorruptException>(() => StoreContent.Read(backend));
            Assert.Contains(_folder.File, found.Message, StringComparison.Ordinal);
            Assert.Contains("restore", found.Hint, StringComparison.Ordinal);
        }

        File.WriteAllBytes(_folder.File, sound);
    }

    [Theory]
    [InlineData("UPDATE entries SET hash = x'00'")]
    [InlineData("UPDATE meta SET fingerprint = x'00'")]
    [InlineData("DELETE FROM meta")]
    [InlineData("DELETE FROM large_values")]
    public void Rows_that_the_store_did_not_write_are_named_as_damage(string statement)
    {
        using (SqliteBackend backend = _folder.Open())
        {
            Save(backend, ("s", "k"), new byte[5_000]);
        }

        byte[] sound = File.ReadAllBytes(_folder.File);
        using (Connection connection = DatabaseFile.Open(_folder.File))
        {
            connection.Execute(statement);
        }

        Assert.Throws<StateCorruptException>(() =>
        {
            using SqliteBackend backend = _folder.Open();
            using IStateSnapshot snapshot = backend.OpenSnapshot();
            using IEntryCursor cursor = snapshot.Scan(KeyRange.All);
            Assert.True(cursor.MoveNext());
            _ = cursor.Hash;
            _ = cursor.Value;
        });

        File.WriteAllBytes(_folder.File, sound);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void What_replaces_a_row_that_the_store_did_not_write_names_the_damage_and_changes_nothing(bool deletes)
    {
        using SqliteBackend backend = _folder.Open();
        Save(backend, ("s", "k"), [1]);
        StoreStatus before = backend.ReadStatus();
        using (Connection connection = DatabaseFile.Open(_folder.File))
        {
            connection.Execute("UPDATE entries SET hash = zeroblob(17)");
        }

        using (IBackendTransaction transaction = backend.BeginTransaction())
        {
            StateCorruptException found = Assert.Throws<StateCorruptException>(() =>
            {
                if (deletes)
                {
                    transaction.Delete(("s", "k"), 2);
                }
                else
                {
                    transaction.Put(("s", "k"), 2, [2]);
                }
            });
            Assert.Contains("a hash of 17 bytes", found.Message, StringComparison.Ordinal);
        }

        Assert.Equal(before, backend.ReadStatus());
        Assert.Equal([1], Assert.Single(StoreContent.Read(backend)).Value);
    }

    [Fact]
    public void Each_transaction_goes_on_from_what_was_committed_last_whoever_did_it()
    {
        using SqliteBackend one = _folder.Open();
        using SqliteBackend other = _folder.Open();
        for (byte i = 0; i < 20; i++)
        {
            Save(one, ("s", $"{i % 3}"), [i]);
            Save(one, ("s", $"{i % 4}"), [i]);
            using (IBackendTransaction dropped = one.BeginTransaction())
            {
                dropped.Put(("s", "dropped"), 1, [i]);
            }

            Save(other, ("s", $"{i % 5}"), [i]);
            using (IBackendTransaction empty = other.BeginTransaction())
            {
                empty.Commit();
            }
        }

        Assert.Equal("60", one.ReadStatus().Version.Token);
        Assert.Equal(one.ReadStatus(), other.ReadStatus());
        StoreContent.Check(one);
    }

    [Fact]
    public void The_log_is_small_again_after_a_restore_and_gone_after_the_last_close()
    {
        using (SqliteBackend backend = _folder.Open())
        {
            using (IStateReplacement replacement = backend.BeginReplacement())
            {
                for (int i = 0; i < 20_000; i++)
                {
                    replacement.Append("s"u8, System.Text.Encoding.UTF8.GetBytes($"{i:D6}"), 1, new byte[2_000]);
                }

                Assert.True(new FileInfo(_folder.File + "-wal").Length > 10_000_000);
                replacement.Commit("backup-1", adopt: null);
            }

            Assert.Equal(0, new FileInfo(_folder.File + "-wal").Length);
            backend.Flush();
        }

        Assert.Equal([_folder.File], Directory.GetFiles(_folder.Path));
    }

    [Fact]
    public void A_transaction_that_is_open_when_the_store_is_closed_can_still_commit()
    {
        SqliteBackend backend = _folder.Open();
        using (IBackendTransaction transaction = backend.BeginTransaction())
        using (IStateSnapshot snapshot = backend.OpenSnapshot())
        {
            transaction.Put(("s", "k"), 1, [1]);
            backend.Dispose();
            Assert.Throws<ObjectDisposedException>(() => backend.BeginTransaction());
            transaction.Commit();
            Assert.Empty(StoreContent.Read(snapshot));
        }

        Assert.Equal([_folder.File], Directory.GetFiles(_folder.Path));
        using SqliteBackend again = _folder.Open();
        Assert.True(again.Contains(("s", "k")));
    }

    [Fact]
    public void A_strict_store_keeps_what_is_saved()
    {
        var options = new SqliteOptions { Folder = _folder.Path, Durability = StateDurability.Strict };
        using SqliteBackend backend = SqliteBackend.Open(options);
        using Connection writer = StoreOpener.Open(_folder.File, options);

        Save(backend, ("s", "k"), [1]);

        Assert.True(backend.Contains(("s", "k")));
        Assert.Equal(2, writer.QueryInt64("PRAGMA synchronous"));
    }

    [Theory]
    [InlineData(Sql.Scan, "SEARCH entries USING PRIMARY KEY ((scope,key)>(?,?) AND (scope,key)<(?,?))")]
    [InlineData(Sql.ChangesByKey, "SEARCH changes USING INTEGER PRIMARY KEY (rowid>?);USE TEMP B-TREE FOR ORDER BY")]
    [InlineData(Sql.FindEntry, "SEARCH entries USING PRIMARY KEY (scope=? AND key=?)")]
    [InlineData(Sql.ReadEntry, "SEARCH entries USING PRIMARY KEY (scope=? AND key=?)")]
    [InlineData(Sql.UpdateEntry, "SEARCH entries USING PRIMARY KEY (scope=? AND key=?)")]
    [InlineData(Sql.UpdateInline, "SEARCH entries USING PRIMARY KEY (scope=? AND key=?)")]
    [InlineData(Sql.DeleteEntry, "SEARCH entries USING PRIMARY KEY (scope=? AND key=?)")]
    [InlineData(Sql.PruneChanges, "SEARCH changes USING INTEGER PRIMARY KEY (rowid<?)")]
    public void Statements_cost_what_they_return(string sql, string plan)
    {
        _folder.Open().Dispose();
        using Connection connection = DatabaseFile.Open(_folder.File);
        _ = new ReplacedRow(connection);
        using Statement explain = connection.PrepareOnce("EXPLAIN QUERY PLAN " + sql);
        List<string> steps = [];
        while (explain.Step())
        {
            steps.Add(System.Text.Encoding.UTF8.GetString(explain.Bytes(3)));
        }

        Assert.Equal(plan, string.Join(';', steps));
    }

    private WriterSlot OpenWriter(out EntryWriter writer)
    {
        Connection connection = StoreOpener.Open(_folder.File, new SqliteOptions { Folder = _folder.Path });
        writer = new EntryWriter(connection, new EntryReader(connection));
        return new WriterSlot(writer, TimeSpan.Zero, TimeProvider.System);
    }

    private static StateVersion Save(SqliteBackend backend, StateKey key, byte[] value)
    {
        using IBackendTransaction transaction = backend.BeginTransaction();
        transaction.Put(key, 1, value);
        return transaction.Commit();
    }
}
