using System.Buffers.Binary;
using System.Globalization;
using LlmSpell.State.Sqlite.Files;
using LlmSpell.State.Sqlite.Native;
using LlmSpell.State.Sqlite.Opening;
using LlmSpell.State.Sqlite.Reading;
using LlmSpell.State.Sqlite.Writing;
using LlmSpell.Testing.Backends;

namespace LlmSpell.State.Sqlite.Tests;

/// <summary>What <see cref="LogFile"/> and <see cref="SharedLocks"/> must not change.</summary>
public sealed class SparedCallsTests : IDisposable
{
    private readonly StoreFolder _folder = new();

    public void Dispose()
    {
        DatabaseFile.Check(_folder.File);
        _folder.Dispose();
    }

    [Fact]
    public void Each_commit_is_in_the_log_when_it_returns()
    {
        using SqliteBackend backend = _folder.Open();
        using StoreFolder copied = new();
        Directory.CreateDirectory(copied.Path);
        for (int i = 0; i < 40; i++)
        {
            Save(backend, i, new byte[i * 211]);

            // What a kill at this moment leaves behind.
            Copying.Copy(_folder.File, copied.File);
            Copying.Copy(_folder.File + "-wal", copied.File + "-wal");
            using SqliteBackend recovered = copied.Open();
            Assert.Equal(backend.ReadStatus(), recovered.ReadStatus());
            StoreContent.Check(recovered);
        }
    }

    [Fact]
    public void What_spilled_to_the_log_and_was_rolled_back_is_not_written_over_anothers_commit()
    {
        using SqliteBackend other = _folder.Open();
        Save(other, 0, [1]);
        using Connection connection = StoreOpener.Open(_folder.File, new SqliteOptions { Folder = _folder.Path });
        connection.Execute("PRAGMA cache_size=10");
        EntryWriter writer = new(connection, new EntryReader(connection));
        foreach (int entries in (int[])[20, 100, 1_000])
        {
            writer.Begin(TimeSpan.FromSeconds(30));
            for (int i = 0; i < entries; i++)
            {
                writer.Insert("s"u8, System.Text.Encoding.UTF8.GetBytes($"spilled {i:d5}"), 1, default, new byte[900]);
            }

            // Reads pages that are only in the log.
            Assert.NotNull(writer.Reader.Find(("s", "spilled 00000")));
            writer.Rollback();
            Save(other, entries, [2]);
            Assert.NotNull(writer.Reader.Find(("s", entries.ToString(CultureInfo.InvariantCulture))));
            Assert.Null(writer.Reader.Find(("s", "spilled 00000")));
        }

        connection.Execute("PRAGMA wal_checkpoint(TRUNCATE)");
        StoreContent.Check(other);
        Assert.Equal(4, other.ReadStatus().Entries);
    }

    [Fact]
    public void A_large_transaction_that_spilled_is_committed_whole()
    {
        using (SqliteBackend backend = _folder.Open())
        {
            Save(backend, 0, [1]);
        }

        using (Connection connection = StoreOpener.Open(_folder.File, new SqliteOptions { Folder = _folder.Path }))
        {
            connection.Execute("PRAGMA cache_size=10");
            using WriterSlot slot = new(new EntryWriter(connection, new EntryReader(connection)), TimeSpan.Zero, TimeProvider.System);
            using SqliteTransaction transaction = new(slot);
            for (int i = 0; i < 2_000; i++)
            {
                transaction.Put(("s", (i * 7919 % 2_000).ToString(CultureInfo.InvariantCulture)), 1, new byte[i]);
            }

            transaction.Commit();
        }

        using SqliteBackend again = _folder.Open();
        Assert.Equal(2_000, again.ReadStatus().Entries);
        StoreContent.Check(again);
    }

    [Fact]
    public void Every_snapshot_keeps_its_moment_beside_checkpoints_and_later_writes()
    {
        using SqliteBackend backend = _folder.Open();
        using Connection checkpoints = DatabaseFile.Open(_folder.File);
        List<(int Written, IStateSnapshot Snapshot)> snapshots = [];
        for (int i = 0; i < 5 * SharedLocks.MaxRefusals; i++)
        {
            Save(backend, 0, [(byte)i]);
            Save(backend, i, new byte[3_000]);
            if (i % 7 == 0)
            {
                snapshots.Add((i, backend.OpenSnapshot()));
            }

            if (i % 10 == 0)
            {
                checkpoints.Execute("PRAGMA wal_checkpoint(PASSIVE)");
            }

            Assert.True(backend.Contains(Key(i)));
        }

        foreach ((int written, IStateSnapshot snapshot) in snapshots)
        {
            List<Entry> entries = StoreContent.Read(snapshot);
            Assert.Equal(written + 1, entries.Count);
            Assert.Equal(
                snapshot.Status.Fingerprint,
                entries.Aggregate(Fingerprint.Empty, (sum, entry) => sum.Toggle(EntryHash.Of(entry.Key, entry.Value))));
            snapshot.Dispose();
        }
    }

    [Fact]
    public void A_checkpoint_takes_over_the_whole_log_and_the_next_write_begins_it_anew()
    {
        using SqliteBackend backend = _folder.Open();
        for (int i = 0; i < (2 * SharedLocks.MaxRefusals) + 3; i++)
        {
            Save(backend, i, new byte[500]);
            Assert.True(backend.Contains(Key(i)));
        }

        using Connection connection = StoreOpener.Open(_folder.File, new SqliteOptions { Folder = _folder.Path });
        using (Statement checkpoint = connection.PrepareOnce("PRAGMA wal_checkpoint(PASSIVE)"))
        {
            Assert.True(checkpoint.Step());
            Assert.Equal(0, checkpoint.Int64(0));
            Assert.Equal(checkpoint.Int64(1), checkpoint.Int64(2));
        }

        long length = new FileInfo(_folder.File + "-wal").Length;
        Save(backend, 0, [1]);
        Assert.Equal(length, new FileInfo(_folder.File + "-wal").Length);
        StoreContent.Check(backend);
    }

    [Fact]
    public void A_long_log_begins_anew_while_nobody_pauses_and_does_so_too_after_a_reader_was_in_the_way()
    {
        const long Limit = (long)LogCheckpoint.MaxPages * 4_096;
        using SqliteBackend backend = _folder.Open();
        Save(backend, 0, Megabyte(0));
        uint before = TimesBegun();
        for (int i = 0; i < 250; i++)
        {
            Save(backend, i % 3, Megabyte(i));
            Assert.InRange(LogLength(), 0, Limit + 8_000_000);
        }

        uint after = TimesBegun();
        Assert.InRange(after, before + 1, before + 4);

        using (IStateSnapshot snapshot = backend.OpenSnapshot())
        {
            for (int i = 0; LogLength() < Limit + 16_000_000; i++)
            {
                Save(backend, i % 3, Megabyte(i));
                Assert.InRange(i, 0, 300);
            }

            Assert.InRange(TimesBegun(), after, after + 1);
            after = TimesBegun();
            Assert.Equal(
                snapshot.Status.Fingerprint,
                StoreContent.Read(snapshot).Aggregate(Fingerprint.Empty, (sum, entry) => sum.Toggle(EntryHash.Of(entry.Key, entry.Value))));
        }

        for (int i = 0; TimesBegun() == after; i++)
        {
            Save(backend, i % 3, Megabyte(i));
            Assert.InRange(i, 0, 100);
        }

        Save(backend, 0, Megabyte(1));
        Assert.InRange(LogLength(), 0, Limit);
        StoreContent.Check(backend);
    }

    [Fact]
    public void Copying_beside_the_writer_that_fails_says_so_instead_of_throwing_and_makes_no_file()
    {
        _folder.Open().Dispose();
        string missing = Path.Combine(_folder.Path, "missing.db");
        using ParallelCheckpoint checkpoint = new(missing, nobodyCommits: false, rounds: 3);

        checkpoint.Begin();

        Assert.False(checkpoint.Wait());
        Assert.False(checkpoint.IsRunning);
        Assert.False(File.Exists(missing));
    }

    // SQLite does not write pages that stay the same.
    private static byte[] Megabyte(int number)
    {
        byte[] value = new byte[1_000_000];
        new Random(number).NextBytes(value);
        return value;
    }

    private long LogLength() => new FileInfo(_folder.File + "-wal").Length;

    // The checkpoint sequence number in the header: https://sqlite.org/fileformat2.html#walformat.
    private uint TimesBegun()
    {
        Span<byte> header = stackalloc byte[16];
        using FileStream log = new(_folder.File + "-wal", FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        log.ReadExactly(header);
        return BinaryPrimitives.ReadUInt32BigEndian(header[12..]);
    }

    private static StateKey Key(int number) => ("s", number.ToString(CultureInfo.InvariantCulture));

    private static void Save(SqliteBackend backend, int number, byte[] value)
    {
        using IBackendTransaction transaction = backend.BeginTransaction();
        transaction.Put(Key(number), 1, value);
        transaction.Commit();
    }
}
