using LlmSpell.State.Sqlite.Native;
using LlmSpell.State.Sqlite.Reading;
using LlmSpell.State.Sqlite.Waiting;
using LlmSpell.State.Sqlite.Writing;
using LlmSpell.Testing.Backends;

namespace LlmSpell.State.Sqlite.Tests;

[Collection(nameof(FailingFile))]
public sealed class CheckpointFailureTests : IDisposable
{
    private readonly StoreFolder _folder = new();

    public void Dispose()
    {
        DatabaseFile.Check(_folder.File);
        _folder.Dispose();
    }

    [Fact]
    public void A_checkpoint_whose_writes_fail_says_so_and_leaves_everything_in_the_log()
    {
        using Connection connection = OpenFailing();
        using WriterSlot slot = new(new EntryWriter(connection, new EntryReader(connection)), TimeSpan.Zero, TimeProvider.System);
        using SqliteBackend other = _folder.Open();
        for (int round = 0; round < 6; round++)
        {
            Save(slot, round);
            StoreStatus status = other.ReadStatus();
            long length = new FileInfo(_folder.File + "-wal").Length;
            FailingFile.WritesLeft = round;
            StateStorageException failure = Assert.Throws<StateStorageException>(() => connection.Execute("PRAGMA wal_checkpoint(TRUNCATE)"));
            Assert.Equal(FailingFile.WriteFailed, Assert.IsType<SqliteErrorException>(failure.InnerException).ExtendedCode);
            Assert.Equal(length, new FileInfo(_folder.File + "-wal").Length);

            // Others read the log still, and another checkpoint copies all of it.
            Assert.Equal(status, other.ReadStatus());
            StoreContent.Check(other);
            FailingFile.WritesLeft = int.MaxValue;
            connection.Execute("PRAGMA wal_checkpoint(TRUNCATE)");
            Assert.Equal(0, new FileInfo(_folder.File + "-wal").Length);
            Assert.Equal(status, other.ReadStatus());
            StoreContent.Check(other);
        }
    }

    [Fact]
    public void What_was_copied_before_a_flush_that_failed_is_copied_again()
    {
        using Connection connection = OpenFailing();
        using WriterSlot slot = new(new EntryWriter(connection, new EntryReader(connection)), TimeSpan.Zero, TimeProvider.System);
        using SqliteBackend other = _folder.Open();
        for (int round = 0; round < 4; round++)
        {
            Save(slot, 2 * round);
            using (Connection reader = Connection.Open(_folder.File, OpenMode.ReadWrite, new BusyWait(TimeSpan.Zero, TimeProvider.System)))
            {
                reader.Execute("BEGIN");
                reader.QueryInt64("SELECT count(*) FROM entries");

                // It keeps the checkpoint from copying what comes now, so that SQLite leaves the flush out.
                Save(slot, (2 * round) + 1);
                FailingFile.FailsNextSync = true;
                Assert.False(connection.Checkpoint(CheckpointMode.Passive));
                Assert.False(FailingFile.FailsNextSync);
            }

            StoreContent.Check(other);
            if (round % 2 == 1)
            {
                // Then it flushes the file itself.
                FailingFile.FailsNextSync = true;
                Assert.False(connection.Checkpoint(CheckpointMode.Restart));
                StoreContent.Check(other);
            }

            Assert.True(connection.Checkpoint(CheckpointMode.Restart));
            StoreContent.Check(other);
        }
    }

    [Fact]
    public void What_goes_wrong_after_a_commit_is_not_the_commits()
    {
        using Connection connection = OpenFailing();
        connection.WatchLog();
        using WriterSlot slot = new(new EntryWriter(connection, new EntryReader(connection)), TimeSpan.Zero, TimeProvider.System);
        using SqliteBackend other = _folder.Open();
        byte[] value = new byte[1 << 20];
        value[0] = 0xC6;
        System.Buffers.Binary.BinaryPrimitives.WriteInt32BigEndian(value.AsSpan(1), value.Length - 5);
        for (int i = 0; FailingFile.FailedReads == 0; i++)
        {
            Assert.InRange(i, 0, 1_000);
            FailingFile.FailsReadsAfterCommit = true;
            using (SqliteTransaction transaction = new(slot))
            {
                transaction.Put(("s", "k" + i), 1, value);
                transaction.Commit();
            }

            FailingFile.FailsReadsAfterCommit = false;
            Assert.True(other.Contains(("s", "k" + i)));
        }

        Save(slot, 1);
        StoreContent.Check(other);
    }

    private Connection OpenFailing()
    {
        _folder.Open().Dispose();
        var connection = Connection.Open(
            _folder.File, OpenMode.ReadWrite, new BusyWait(TimeSpan.FromSeconds(30), TimeProvider.System));
        connection.QueryInt64("SELECT count(*) FROM entries");
        FailingFile.Attach(connection.FileOf(Connection.FilePointer));
        connection.SpareCalls(writes: true);
        connection.Execute("PRAGMA wal_autocheckpoint=0");
        return connection;
    }

    private static void Save(WriterSlot slot, int seed)
    {
        using SqliteTransaction transaction = new(slot);
        using SyntheticEntries entries = new(1_000, seed);
        while (entries.MoveNext())
        {
            transaction.Put(StateKey.FromValidated(entries.Scope, entries.Key), 1, entries.Value);
        }

        transaction.Commit();
    }
}
