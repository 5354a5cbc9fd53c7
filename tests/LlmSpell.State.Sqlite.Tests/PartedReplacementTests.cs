using LlmSpell.State.Sqlite.Native;
using LlmSpell.State.Sqlite.Opening;
using LlmSpell.State.Sqlite.Reading;
using LlmSpell.State.Sqlite.Schema;
using LlmSpell.State.Sqlite.Waiting;
using LlmSpell.State.Sqlite.Writing;
using LlmSpell.Testing.Backends;

namespace LlmSpell.State.Sqlite.Tests;

/// <summary>New states that take several transactions: until the last one nothing of them shows, and nobody else writes.</summary>
public sealed class PartedReplacementTests : IDisposable
{
    private const int Entries = 2_000;
    private const long SmallPart = 20_000;

    private readonly StoreFolder _folder = new();
    private readonly StoreFolder _copy = new();

    public void Dispose()
    {
        DatabaseFile.Check(_folder.File);
        _folder.Dispose();
        _copy.Dispose();
    }

    [Fact]
    public void Between_the_parts_all_others_see_the_state_of_before_and_cannot_write()
    {
        using WriterSlot slot = OpenSlot();
        using SqliteBackend other = _folder.Open(TimeSpan.Zero);
        Save(other, "before");
        StoreStatus before = other.ReadStatus();
        int looks = 0;
        using (SqliteReplacement replacement = new(slot, SmallPart))
        {
            replacement.Append(LookAround(() =>
            {
                looks++;
                Assert.Equal(before, other.ReadStatus());
                Assert.Single(StoreContent.Read(other));
                Assert.Throws<StateBusyException>(() => other.BeginTransaction());
                Assert.Throws<StateBusyException>(() => other.BeginReplacement());
            }));
            Assert.True(Incoming(_folder) > 0);
            replacement.Commit("backup-1", adopt: null);
        }

        Assert.True(looks > 10);
        Assert.Equal(Entries, other.ReadStatus().Entries);
        Assert.Equal(0, Incoming(_folder));
        StoreContent.Check(other);
        Save(other, "after");
        StoreContent.Check(other);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void One_that_does_not_come_to_its_end_leaves_nothing_behind(bool fails)
    {
        using WriterSlot slot = OpenSlot();
        using SqliteBackend other = _folder.Open(TimeSpan.Zero);
        Save(other, "before");
        StoreStatus before = other.ReadStatus();
        using (SqliteReplacement replacement = new(slot, SmallPart))
        {
            using SyntheticEntries entries = new(Entries, 1) { FailsAt = fails ? Entries - 100 : null };
            if (fails)
            {
                Assert.Throws<InvalidDataException>(() => replacement.Append(entries));
                Save(other, "before");
                before = other.ReadStatus();
            }
            else
            {
                replacement.Append(entries);
            }
        }

        Assert.Equal(before, other.ReadStatus());
        Assert.Equal(0, Incoming(_folder));
        Save(other, "after");
        StoreContent.Check(other);
    }

    [Fact]
    public void What_a_process_left_that_died_between_two_parts_goes_when_the_state_is_opened_next()
    {
        using WriterSlot slot = OpenSlot();
        using (SqliteBackend other = _folder.Open(TimeSpan.Zero))
        {
            Save(other, "before");
        }

        using SqliteReplacement replacement = new(slot, SmallPart);
        bool copied = false;
        replacement.Append(LookAround(() =>
        {
            if (!copied)
            {
                Directory.CreateDirectory(_copy.Path);
                Copying.Copy(_folder.File, _copy.File);
                Copying.Copy(_folder.File + "-wal", _copy.File + "-wal");
                copied = true;
            }
        }));
        Assert.Equal(2, Incoming(_copy));

        using SqliteBackend backend = _copy.Open();

        Assert.Equal(0, Incoming(_copy));
        Assert.Single(StoreContent.Read(backend));
        StoreContent.Check(backend);
    }

    [Fact]
    public void Whoever_opens_the_state_meanwhile_takes_nothing_away()
    {
        using WriterSlot slot = OpenSlot();
        using SqliteReplacement replacement = new(slot, SmallPart);
        replacement.Append(LookAround(() => _folder.Open(TimeSpan.Zero).Dispose()));

        replacement.Commit("backup-1", adopt: null);

        using SqliteBackend backend = _folder.Open();
        Assert.Equal(Entries, backend.ReadStatus().Entries);
        StoreContent.Check(backend);
    }

    [Fact]
    public void Views_tables_indexes_and_triggers_of_somebody_s_own_stay()
    {
        using WriterSlot slot = OpenSlot();
        using var own = Connection.Open(_folder.File, OpenMode.ReadWrite, new BusyWait(TimeSpan.FromSeconds(1), TimeProvider.System));
        own.Execute("CREATE VIEW sizes AS SELECT scope, key, length(value) AS bytes FROM entries");
        own.Execute("CREATE TABLE incoming_entries AS SELECT 42 AS answer");
        own.Execute("CREATE INDEX by_time ON entries(modified_at)");
        own.Execute("CREATE TRIGGER counting AFTER INSERT ON entries WHEN new.key = 'counted' BEGIN UPDATE incoming_entries SET answer = answer + 1; END");
        for (int round = 0; round < 2; round++)
        {
            using SqliteReplacement replacement = new(slot, SmallPart);
            using SyntheticEntries entries = new(Entries, round);
            replacement.Append(entries);
            replacement.Commit("backup-1", adopt: null);
        }

        Assert.Equal(Entries, own.QueryInt64("SELECT count(*) FROM sizes"));
        Assert.Equal(Entries, own.QueryInt64("SELECT count(*) FROM entries INDEXED BY by_time WHERE modified_at >= 0"));
        using SqliteBackend backend = _folder.Open();
        Save(backend, "counted");
        Assert.Equal(43, own.QueryInt64("SELECT answer FROM incoming_entries"));
    }

    [Fact]
    public void What_is_copied_meanwhile_changes_nothing_for_a_snapshot_of_before_nor_for_one_of_a_part()
    {
        using WriterSlot slot = OpenSlot();
        using SqliteBackend other = _folder.Open();
        using (IStateReplacement first = other.BeginReplacement())
        {
            using SyntheticEntries entries = new(Entries, 1);
            first.Append(entries);
            first.Commit("backup-1", adopt: null);
        }

        List<Entry> before = StoreContent.Read(other);
        using IStateSnapshot old = other.OpenSnapshot();
        List<IStateSnapshot> others = [];
        using (SqliteReplacement replacement = new(slot, SmallPart))
        {
            using SyntheticEntries entries = LookAround(() => others.Add(other.OpenSnapshot()));
            replacement.Append(entries);
            replacement.Commit("backup-2", adopt: null);
        }

        Assert.All(others.Append(old), snapshot => Assert.Equal(before, StoreContent.Read(snapshot)));
        others.ForEach(snapshot => snapshot.Dispose());
        Assert.NotEqual(before, StoreContent.Read(other));
        StoreContent.Check(other);
    }

    [Fact]
    public void The_log_does_not_grow_with_the_state()
    {
        const int Many = 300_000;
        long longest = 0;
        using WriterSlot slot = OpenSlot();
        using (SqliteReplacement replacement = new(slot))
        {
            using SyntheticEntries entries = LookAround(Many, () => longest = Math.Max(longest, new FileInfo(_folder.File + "-wal").Length));
            replacement.Append(entries);
            replacement.Commit("backup-1", adopt: null);
        }

        const long Due = (long)LogCheckpoint.Pages * StoreSchema.PageSize;
        Assert.InRange(longest, Due, 2 * Due);
        Assert.True(new FileInfo(_folder.File).Length > 2 * Due);
        using SqliteBackend backend = _folder.Open();
        Assert.Equal(Many, backend.ReadStatus().Entries);
    }

    private static SyntheticEntries LookAround(Action look) => LookAround(Entries, look);

    /// <summary>Entries which look around before every hundredth of them, when the first parts are complete.</summary>
    private static SyntheticEntries LookAround(int entries, Action look) => new(entries, 2)
    {
        Before = number =>
        {
            if (number % 100 == 0 && number > 200)
            {
                look();
            }
        },
    };

    private WriterSlot OpenSlot()
    {
        Connection connection = StoreOpener.Open(_folder.File, new SqliteOptions { Folder = _folder.Path });
        return new WriterSlot(new EntryWriter(connection, new EntryReader(connection)), TimeSpan.Zero, TimeProvider.System);
    }

    private static long Incoming(StoreFolder folder)
    {
        using var connection = Connection.Open(folder.File, OpenMode.ReadWrite, new BusyWait(TimeSpan.FromSeconds(1), TimeProvider.System));
        connection.KeepLogOnClose = true;
        return connection.QueryInt64(Sql.CountIncoming);
    }

    private static void Save(SqliteBackend backend, string key)
    {
        using IBackendTransaction transaction = backend.BeginTransaction();
        transaction.Put(("t", key), 1, [1]);
        transaction.Commit();
    }
}
