using LlmSpell.State.Sqlite.Native;
using LlmSpell.State.Sqlite.Reading;
using LlmSpell.State.Sqlite.Waiting;
using LlmSpell.State.Sqlite.Writing;
using LlmSpell.Testing.Backends;

namespace LlmSpell.State.Sqlite.Tests;

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
        _folder.Open().Dispose();
        using Connection connection = Connection.Open(
            _folder.File, OpenMode.ReadWrite, new BusyWait(TimeSpan.FromSeconds(30), TimeProvider.System));
        connection.QueryInt64("SELECT count(*) FROM entries");
        FailingFile.Attach(connection.FileOf(Connection.FilePointer));
        connection.SpareCalls(writes: true);
        connection.Execute("PRAGMA wal_autocheckpoint=0");
        using WriterSlot slot = new(new EntryWriter(connection, new EntryReader(connection)), TimeSpan.Zero, TimeProvider.System);
        using SqliteBackend other = _folder.Open();
        for (int round = 0; round < 6; round++)
        {
            using (SqliteTransaction transaction = new(slot))
            {
                using SyntheticEntries entries = new(1_000, round);
                while (entries.MoveNext())
                {
                    transaction.Put(StateKey.FromValidated(entries.Scope, entries.Key), 1, entries.Value);
                }

                transaction.Commit();
            }

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
}
