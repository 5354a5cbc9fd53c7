using System.Globalization;
using LlmSpell.State.Sqlite.Native;
using LlmSpell.State.Sqlite.Opening;
using LlmSpell.State.Sqlite.Reading;
using LlmSpell.State.Sqlite.Schema;
using LlmSpell.State.Sqlite.Writing;
using LlmSpell.Testing.Backends;
using LlmSpell.Testing.Processes;

namespace LlmSpell.State.Sqlite.Tests;

/// <summary>Transactions larger than the page cache: pages are in the log before the commit, some of them written there twice.</summary>
public sealed class LargeTransactionTests : IDisposable
{
    private readonly StoreFolder _folder = new();

    public void Dispose()
    {
        DatabaseFile.Check(_folder.File);
        _folder.Dispose();
    }

    // The number of frames decides where the last of them lies in what is read ahead.
    [Fact]
    public void Whatever_its_length_it_is_in_the_log_when_the_commit_returns()
    {
        using WriterSlot slot = OpenWithSmallCache();
        for (int round = 0; round < 12; round++)
        {
            int entries = 40 + (round * 37);
            using (SqliteTransaction transaction = new(slot))
            {
                for (int i = 0; i < entries; i++)
                {
                    transaction.Put(("s", (i * 7919 % 1_000).ToString(CultureInfo.InvariantCulture)), round, new byte[(i + round) % 800]);
                }

                transaction.Commit();
            }

            // A later commit must not depend on what was in memory either.
            if (round % 3 == 0)
            {
                using SqliteTransaction small = new(slot);
                small.Put(("s", "small"), round, [1]);
                small.Commit();
            }

            using StoreFolder copied = new();
            CopyTo(copied);
            using SqliteBackend backend = _folder.Open();
            using SqliteBackend recovered = copied.Open();
            Assert.Equal(backend.ReadStatus(), recovered.ReadStatus());
            StoreContent.Check(recovered);
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_replacement_is_copied_into_the_database_whole_also_beside_a_reader(bool reads)
    {
        using WriterSlot slot = OpenWithSmallCache();
        for (int round = 0; round < 6; round++)
        {
            using SqliteBackend other = _folder.Open();
            using IStateSnapshot? snapshot = reads ? other.OpenSnapshot() : null;
            StoreStatus? seen = snapshot?.Status;
            using (SqliteReplacement replacement = new(slot))
            {
                using SyntheticEntries entries = new(300 + (round * 700), round);
                replacement.Append(entries);
                replacement.Commit("backup-1", adopt: null);
                Assert.Equal(replacement.Fingerprint, other.ReadStatus().Fingerprint);
            }

            Assert.Equal(seen, snapshot?.Status);
            if (snapshot is not null)
            {
                Assert.Equal(seen!.Entries, StoreContent.Read(snapshot).Count);
            }

            StoreContent.Check(other);
            if (!reads)
            {
                // Nothing is left in the log, so the file alone must be the state.
                Assert.Equal(0, new FileInfo(_folder.File + "-wal").Length);
                using StoreFolder copied = new();
                Directory.CreateDirectory(copied.Path);
                Copying.Copy(_folder.File, copied.File);
                using SqliteBackend recovered = copied.Open();
                Assert.Equal(other.ReadStatus(), recovered.ReadStatus());
                StoreContent.Check(recovered);
            }
        }
    }

    [Fact]
    public void An_exception_of_the_cursor_reaches_the_caller_and_nothing_is_changed()
    {
        using SqliteBackend backend = _folder.Open();
        using (IStateReplacement replacement = backend.BeginReplacement())
        {
            using SyntheticEntries entries = new(2_000, 1) { FailsAt = 1_500 };
            InvalidDataException thrown = Assert.Throws<InvalidDataException>(() => replacement.Append(entries));
            Assert.Equal("entry 1500", thrown.Message);
            Assert.Throws<ObjectDisposedException>(() => replacement.Commit(null, null));
        }

        Assert.Equal(0, backend.ReadStatus().Entries);
        using (IStateReplacement replacement = backend.BeginReplacement())
        {
            using SyntheticEntries entries = new(2_000, 1);
            replacement.Append(entries);
            replacement.Commit(null, null);
        }

        Assert.Equal(2_000, backend.ReadStatus().Entries);
        StoreContent.Check(backend);
    }

    [Fact]
    public void The_statement_that_inserts_many_entries_keeps_no_copy_of_them()
    {
        using Connection connection = StoreOpener.Open(_folder.File, new SqliteOptions { Folder = _folder.Path });
        IncomingTables.Create(connection);
        _ = new FeedTable(connection);
        using Statement explain = connection.PrepareOnce("EXPLAIN " + Sql.InsertFeed);
        HashSet<string> operations = [];
        while (explain.Step())
        {
            operations.Add(System.Text.Encoding.UTF8.GetString(explain.Bytes(1)));
        }

        Assert.Contains("VNext", operations);
        Assert.Contains("InitCoroutine", operations);
        Assert.DoesNotContain("OpenEphemeral", operations);
        Assert.DoesNotContain("SorterOpen", operations);
    }

    /// <summary>The more of them take several transactions.</summary>
    [Theory]
    [InlineData(3_000, 4)]
    [InlineData(60_000, 3)]
    public void Processes_that_are_killed_while_they_replace_the_state_leave_one_of_their_states(int count, int rounds)
    {
        _folder.Open().Dispose();
        Random random = new(4711);
        for (int round = 0; round < rounds; round++)
        {
            using SqliteBackend reader = _folder.Open();
            using Worker worker = new("sqlite", "replace", _folder.Path, $"{count}");
            Assert.Equal("0", worker.Read());
            for (int i = random.Next(6); i >= 0; i--)
            {
                using IStateSnapshot snapshot = reader.OpenSnapshot();
                List<Entry> entries = StoreContent.Read(snapshot);
                Assert.Equal(count, entries.Count);
                Assert.Equal(
                    snapshot.Status.Fingerprint,
                    entries.Aggregate(Fingerprint.Empty, (sum, entry) => sum.Toggle(EntryHash.Of(entry.Key, entry.Value))));
            }

            worker.Kill();
            using (IBackendTransaction transaction = reader.BeginTransaction())
            {
                transaction.Put(("z", "after the kill"), 1, [1]);
                transaction.Commit();
            }

            StoreContent.Check(reader);
            Assert.Equal(count + 1, reader.ReadStatus().Entries);
        }
    }

    private WriterSlot OpenWithSmallCache()
    {
        Connection connection = StoreOpener.Open(_folder.File, new SqliteOptions { Folder = _folder.Path });
        connection.Execute("PRAGMA cache_size=10");
        return new WriterSlot(new EntryWriter(connection, new EntryReader(connection)), TimeSpan.Zero, TimeProvider.System);
    }

    private void CopyTo(StoreFolder copied)
    {
        Directory.CreateDirectory(copied.Path);
        Copying.Copy(_folder.File, copied.File);
        Copying.Copy(_folder.File + "-wal", copied.File + "-wal");
    }
}
