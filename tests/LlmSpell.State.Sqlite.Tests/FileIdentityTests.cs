using System.Security.Cryptography;
using System.Text;
using LlmSpell.State.Sqlite.Native;
using LlmSpell.State.Sqlite.Opening;
using LlmSpell.State.Sqlite.Schema;

namespace LlmSpell.State.Sqlite.Tests;

/// <summary>What happens to a <c>state.db</c> that is not a store which this version can use: it is named, and stays as it was.</summary>
public sealed class FileIdentityTests : IDisposable
{
    private readonly StoreFolder _folder = new();

    public FileIdentityTests() => Directory.CreateDirectory(_folder.Path);

    public void Dispose() => _folder.Dispose();

    /// <summary>SQLite has the log beside the file itself.</summary>
    [Fact]
    public void A_file_that_is_a_link_is_the_store_that_it_leads_to()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("links need a right of their own there");
        }

        using StoreFolder links = new();
        Directory.CreateDirectory(links.Path);
        using (SqliteBackend backend = _folder.Open())
        {
            File.CreateSymbolicLink(links.File, _folder.File);
            using SqliteBackend linked = links.Open();
            Assert.Equal(_folder.File, linked.Location);
            using (IBackendTransaction transaction = linked.BeginTransaction())
            {
                transaction.Put(("s", "k"), 1, [1]);
                transaction.Commit();
            }

            linked.Flush();
            Assert.Equal(1, backend.ReadStatus().Entries);
            Assert.Equal([links.File], Directory.GetFiles(links.Path));
        }

        string aside = DamagedStore.MoveAside(links.Path, TimeProvider.System);

        Assert.Equal(_folder.Path, Path.GetDirectoryName(aside));
        using SqliteBackend again = links.Open();
        Assert.Equal(0, again.ReadStatus().Entries);
        Assert.True(File.Exists(_folder.File));
    }

    [Fact]
    public void A_database_of_another_program_is_refused_and_left_as_it_is()
    {
        Make("CREATE TABLE customers(id INTEGER PRIMARY KEY)", "INSERT INTO customers VALUES(1)", "PRAGMA application_id=7");

        StateUnsupportedException refusal = Refused<StateUnsupportedException>();

        Assert.Contains("application_id 7", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("customers", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_database_without_an_application_id_but_with_tables_is_refused()
    {
        Make("CREATE TABLE entries(id INTEGER PRIMARY KEY)");

        Refused<StateUnsupportedException>();
    }

    [Fact]
    public void The_log_of_another_programs_database_is_not_copied_into_it()
    {
        using StoreFolder source = new();
        Directory.CreateDirectory(source.Path);
        using (Connection connection = DatabaseFile.Open(source.File))
        {
            connection.QueryText("PRAGMA journal_mode=WAL");
            connection.Execute("CREATE TABLE customers(id INTEGER PRIMARY KEY)");
            File.Copy(source.File, _folder.File);
            File.Copy(source.File + "-wal", _folder.File + "-wal");
        }

        Assert.Contains("customers", Refused<StateUnsupportedException>().Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Looking_at_another_programs_database_with_a_log_leaves_no_files_beside_it()
    {
        Make("CREATE TABLE customers(id INTEGER PRIMARY KEY)", "PRAGMA journal_mode=WAL");

        Refused<StateUnsupportedException>();

        Assert.Equal([_folder.File], Directory.GetFiles(_folder.Path));
    }

    [Fact]
    public void A_newer_format_is_refused_and_left_as_it_is()
    {
        _folder.Open().Dispose();
        Make($"PRAGMA user_version={StoreSchema.Format + 1}");

        StateUnsupportedException refusal = Refused<StateUnsupportedException>();

        Assert.Contains($"format {StoreSchema.Format + 1}", refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("this is not a database")]
    [InlineData("SQLite format 2 and what follows is not of it")]
    public void A_file_that_is_no_database_is_refused_and_left_as_it_is(string content)
    {
        File.WriteAllText(_folder.File, string.Concat(Enumerable.Repeat(content, 100)), Encoding.UTF8);

        Assert.Contains("is not a SQLite database", Refused<StateCorruptException>().Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_short_file_that_is_no_database_is_refused_and_left_as_it_is()
    {
        File.WriteAllText(_folder.File, "short");

        Refused<StateCorruptException>();
    }

    [Fact]
    public void A_store_that_lost_a_table_is_refused_and_left_as_it_is()
    {
        _folder.Open().Dispose();
        Make("DROP TABLE changes");

        Assert.Contains("changes", Refused<StateCorruptException>().Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_damaged_store_is_refused_and_left_as_it_is()
    {
        _folder.Open().Dispose();
        byte[] bytes = File.ReadAllBytes(_folder.File);
        bytes.AsSpan(200).Fill(0xA5);
        File.WriteAllBytes(_folder.File, bytes);

        Refused<StateCorruptException>();
    }

    [Fact]
    public void A_truncated_store_is_refused_and_left_as_it_is()
    {
        using (SqliteBackend backend = _folder.Open())
        using (IBackendTransaction transaction = backend.BeginTransaction())
        {
            for (int i = 0; i < 1_000; i++)
            {
                transaction.Put(("s", $"{i}"), 1, new byte[500]);
            }

            transaction.Commit();
        }

        byte[] bytes = File.ReadAllBytes(_folder.File);
        File.WriteAllBytes(_folder.File, bytes[..(bytes.Length / 2)]);

        Refused<StateCorruptException>();
    }

    [Fact]
    public void A_folder_in_the_place_of_the_file_is_refused()
    {
        Directory.CreateDirectory(_folder.File);

        StateStorageException refusal = Assert.Throws<StateStorageException>(() => _folder.Open());

        Assert.Contains(_folder.File, refusal.Message, StringComparison.Ordinal);
        Assert.False(refusal.OutcomeUnknown);
    }

    [Fact]
    public void A_file_in_the_place_of_the_folder_is_refused()
    {
        Directory.Delete(_folder.Path);
        File.WriteAllText(_folder.Path, "a file");

        StateStorageException refusal = Assert.Throws<StateStorageException>(() => _folder.Open());

        Assert.Contains(_folder.Path, refusal.Message, StringComparison.Ordinal);
        File.Delete(_folder.Path);
    }

    [Fact]
    public void An_empty_file_becomes_a_store()
    {
        File.WriteAllBytes(_folder.File, []);

        using SqliteBackend backend = _folder.Open();

        Assert.Equal(0, backend.ReadStatus().Entries);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_log_whose_database_is_gone_or_empty_is_left_as_it_is(bool isGone)
    {
        byte[] log;
        using (SqliteBackend backend = _folder.Open())
        {
            using (IBackendTransaction transaction = backend.BeginTransaction())
            {
                transaction.Put(("s", "k"), 1, [1]);
                transaction.Commit();
            }

            log = File.ReadAllBytes(_folder.File + "-wal");
        }

        File.WriteAllBytes(_folder.File + "-wal", log);
        File.Delete(_folder.File);
        if (!isGone)
        {
            File.WriteAllBytes(_folder.File, []);
        }

        Assert.Contains(isGone ? "not there" : "empty", Refused<StateCorruptException>().Message, StringComparison.Ordinal);
        Assert.Throws<StateCorruptException>(() => StoreInspection.Read(_folder.Path, TimeSpan.Zero, long.MaxValue, TimeProvider.System));
        Assert.Equal(log, File.ReadAllBytes(_folder.File + "-wal"));

        File.Delete(_folder.File + "-wal");
        using SqliteBackend begun = _folder.Open();
        Assert.Equal(0, begun.ReadStatus().Entries);
    }

    [Fact]
    public void Tables_that_somebody_added_are_left_alone()
    {
        _folder.Open().Dispose();
        Make("CREATE TABLE notes(text TEXT)", "ANALYZE");

        using SqliteBackend backend = _folder.Open();

        Assert.Equal(0, backend.ReadStatus().Entries);
    }

    [Fact]
    public void A_store_whose_creator_died_before_it_had_a_log_gets_one()
    {
        _folder.Open().Dispose();
        Make("PRAGMA journal_mode=DELETE");

        using SqliteBackend backend = _folder.Open();

        Assert.True(File.Exists(_folder.File + "-wal"));
        backend.Flush();
    }

    [Fact]
    public void The_file_says_what_it_is()
    {
        _folder.Open().Dispose();

        byte[] header = File.ReadAllBytes(_folder.File)[..100];

        Assert.Equal("LlSp"u8, header.AsSpan(68, 4));
        Assert.Equal([0, 0, 0, 1], header[60..64]);
        Assert.Equal([0x10, 0x00], header[16..18]);
        Assert.Equal([_folder.File], Directory.GetFiles(_folder.Path));
    }

    private void Make(params string[] statements)
    {
        using Connection connection = DatabaseFile.Open(_folder.File);
        foreach (string statement in statements)
        {
            connection.Execute(statement);
        }
    }

    private T Refused<T>()
        where T : StateException
    {
        string before = Hashes();
        T refusal = Assert.Throws<T>(() => _folder.Open());
        Assert.Contains(_folder.File, refusal.Message, StringComparison.Ordinal);
        Assert.NotNull(refusal.Hint);
        Assert.Equal(before, Hashes());
        AssertNothingOpen();
        return refusal;
    }

    private string Hashes() => string.Join(
        " ",
        Directory.GetFiles(_folder.Path)
            .Where(file => !file.EndsWith("-shm", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal)
            .Select(file => $"{file}: {Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(file)))}"));

    private void AssertNothingOpen()
    {
        if (!OperatingSystem.IsLinux())
        {
            return;
        }

        Assert.DoesNotContain(
            Directory.GetFiles("/proc/self/fd").Select(Target),
            target => target.StartsWith(_folder.Path, StringComparison.Ordinal));
    }

    // Other tests of this process open and close files meanwhile.
    private static string Target(string descriptor)
    {
        try
        {
            return File.ResolveLinkTarget(descriptor, returnFinalTarget: false)?.FullName ?? "";
        }
        catch (IOException)
        {
            return "";
        }
    }
}
