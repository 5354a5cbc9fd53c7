using System.Buffers;
using LlmSpell.State.Sqlite.Native;
using LlmSpell.State.Sqlite.Reading;
using LlmSpell.State.Sqlite.Waiting;
using LlmSpell.State.Sqlite.Writing;
using LlmSpell.Testing.Backends;

namespace LlmSpell.State.Sqlite.Tests;

[Collection(nameof(FailingFile))]
public sealed class TransactionFailureTests : IDisposable
{
    private readonly StoreFolder _folder = new();

    public TransactionFailureTests()
    {
        using SqliteBackend backend = _folder.Open();
        using IBackendTransaction transaction = backend.BeginTransaction();
        for (int i = 0; i < 1_000; i++)
        {
            transaction.Put(Key(i), 1, [0xC4, 100, .. new byte[100]]);
        }

        transaction.Commit();
    }

    public void Dispose()
    {
        DatabaseFile.Check(_folder.File);
        _folder.Dispose();
    }

    public static TheoryData<string> Reads => ["read", "look", "walk", "put", "delete"];

    [Theory]
    [MemberData(nameof(Reads))]
    public void A_read_that_fails_rolls_the_transaction_back_with_a_known_outcome(string call)
    {
        using SqliteBackend other = _folder.Open();
        StoreStatus before = other.ReadStatus();
        using WriterSlot slot = OpenFailing(Connection.FilePointer, out Connection connection);
        using (SqliteTransaction transaction = new(slot))
        {
            transaction.Put(("s", "new"), 1, [1]);
            using IEntryCursor cursor = transaction.Scan(KeyRange.InScope("s"));
            connection.Execute("PRAGMA shrink_memory");
            FailingFile.FailsReads = true;
            StateStorageException failure = Assert.Throws<StateStorageException>(() => Call(transaction, cursor, call));
            FailingFile.FailsReads = false;

            Assert.Equal(FailingFile.ReadFailed, Assert.IsType<SqliteErrorException>(failure.InnerException).ExtendedCode);
            Assert.StartsWith("Reading the state", failure.Message, StringComparison.Ordinal);
            Assert.Contains("rolled back", failure.Message, StringComparison.Ordinal);
            Assert.False(failure.OutcomeUnknown);

            // SQLite has ended its transaction: what was written now would be committed at once, and without the rest.
            Assert.Same(failure, Assert.Throws<StateStorageException>(() => transaction.Put(("s", "newer"), 1, [1])).InnerException);
            Assert.Same(failure, Assert.Throws<StateStorageException>(() => transaction.Contains(("s", "new"))).InnerException);
            Assert.Same(failure, Assert.Throws<StateStorageException>(() => transaction.Commit()).InnerException);
        }

        Assert.Equal(before, other.ReadStatus());
        Save(slot);
        Assert.True(other.Contains(("s", "saved")));
        StoreContent.Check(other);
    }

    [Fact]
    public void A_write_that_fails_before_the_commit_rolls_the_transaction_back_with_a_known_outcome()
    {
        using SqliteBackend other = _folder.Open();
        StoreStatus before = other.ReadStatus();
        using WriterSlot slot = OpenFailing(Connection.JournalPointer, out Connection connection);
        connection.Execute("PRAGMA cache_size=10");
        using (SqliteTransaction transaction = new(slot))
        {
            transaction.Put(("s", "new"), 1, [1]);
            FailingFile.WritesLeft = 2;
            StateStorageException failure = Assert.Throws<StateStorageException>(() => transaction.Put(("s", "large"), 1, new byte[2 << 20]));
            FailingFile.WritesLeft = int.MaxValue;

            Assert.StartsWith("Writing the state", failure.Message, StringComparison.Ordinal);
            Assert.False(failure.OutcomeUnknown);
            Assert.Same(failure, Assert.Throws<StateStorageException>(() => transaction.Commit()).InnerException);
        }

        // What is in the log of it is nobody's: a store that is opened now does not take it for a commit, and the next commit goes in its place.
        Assert.Equal(before, other.ReadStatus());
        using (SqliteBackend again = _folder.Open())
        {
            Assert.Equal(before, again.ReadStatus());
        }

        Save(slot);
        Assert.True(other.Contains(("s", "saved")));
        Assert.False(other.Contains(("s", "new")));
        StoreContent.Check(other);
    }

    [Fact]
    public void A_commit_that_fails_leaves_the_outcome_open()
    {
        using WriterSlot slot = OpenFailing(Connection.JournalPointer, out _);
        using SqliteTransaction transaction = new(slot);
        transaction.Put(("s", "new"), 1, [1]);
        FailingFile.WritesLeft = 0;

        StateStorageException failure = Assert.Throws<StateStorageException>(() => transaction.Commit());

        FailingFile.WritesLeft = int.MaxValue;
        Assert.StartsWith("Writing the state", failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("rolled back", failure.Message, StringComparison.Ordinal);
        Assert.True(failure.OutcomeUnknown);
        Assert.Same(failure, Assert.Throws<StateStorageException>(() => transaction.Commit()).InnerException);
    }

    private WriterSlot OpenFailing(int file, out Connection connection)
    {
        connection = Connection.Open(_folder.File, OpenMode.ReadWrite, new BusyWait(TimeSpan.FromSeconds(30), TimeProvider.System));
        connection.QueryInt64("SELECT sequence FROM meta");
        FailingFile.Attach(connection.FileOf(file));
        connection.SpareCalls(writes: true);
        return new WriterSlot(new EntryWriter(connection, new EntryReader(connection)), TimeSpan.Zero, TimeProvider.System);
    }

    private static void Call(SqliteTransaction transaction, IEntryCursor cursor, string call)
    {
        switch (call)
        {
            case "read":
                transaction.TryRead(Key(700), new ArrayBufferWriter<byte>(), out _);
                break;
            case "look":
                transaction.Contains(Key(700));
                break;
            case "walk":
                while (cursor.MoveNext())
                {
                }

                break;
            case "put":
                transaction.Put(Key(700), 2, [2]);
                break;
            default:
                transaction.Delete(Key(700), 2);
                break;
        }
    }

    private static void Save(WriterSlot slot)
    {
        using SqliteTransaction transaction = new(slot);
        transaction.Put(("s", "saved"), 1, [1]);
        transaction.Commit();
    }

    private static StateKey Key(int i) => ("s", $"{i:D4}");
}
