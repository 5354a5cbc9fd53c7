namespace LlmSpell.State.Sqlite.Tests;

/// <summary>A store whose folder somebody moves, replaces or deletes while it is open: what is saved then is lost for everybody else, so it must not go on for long.</summary>
public sealed class MovedStoreTests : IDisposable
{
    private readonly StoreFolder _folder = new();

    private string Moved => _folder.Path + "-moved";

    public void Dispose()
    {
        if (Directory.Exists(Moved))
        {
            Directory.Delete(Moved, recursive: true);
        }

        _folder.Dispose();
    }

    [Fact]
    public void The_next_flush_says_that_it_was_moved_and_so_does_each_one_after()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "noticed on Linux only");
        using SqliteBackend backend = OpenAndMove();
        Save(backend, 2);

        StateStorageException failure = Assert.Throws<StateStorageException>(backend.Flush);
        Assert.True(failure.OutcomeUnknown);
        Assert.Contains(Moved, failure.Message, StringComparison.Ordinal);
        StateStorageException again = Assert.Throws<StateStorageException>(backend.Flush);
        Assert.NotSame(failure, again);
        Assert.Equal((failure.Message, failure.Hint, true), (again.Message, again.Hint, again.OutcomeUnknown));
    }

    [Fact]
    public void The_next_flush_says_that_it_was_deleted()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "noticed on Linux only");
        using SqliteBackend backend = OpenAndMove();
        Directory.Delete(Moved, recursive: true);
        Save(backend, 2);

        Assert.Contains("deleted", Assert.Throws<StateStorageException>(backend.Flush).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_read_for_which_nothing_is_there_any_more_says_that_it_was_moved()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "noticed on Linux only");
        using SqliteBackend moved = OpenAndMove();

        Assert.Contains("was moved", Assert.Throws<StateStorageException>(() => moved.Contains(("s", "k"))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_opened_later_never_mixes_the_state_that_was_moved_with_one_that_has_its_place()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "noticed on Linux only");
        using SqliteBackend moved = OpenAndMove();
        using SqliteBackend other = _folder.Open();
        Save(other, 2);
        StateStorageException refused = Assert.Throws<StateStorageException>(() => moved.Contains(("s", "k")));
        Assert.True(refused.OutcomeUnknown);
        Assert.Throws<StateStorageException>(() => moved.OpenSnapshot().Dispose());
        Assert.True(other.Contains(("s", "k")));
    }

    private SqliteBackend OpenAndMove()
    {
        SqliteBackend backend = _folder.Open();
        backend.Flush();
        Save(backend, 1);
        backend.Flush();
        Directory.Move(_folder.Path, Moved);
        return backend;
    }

    private static void Save(SqliteBackend backend, byte value)
    {
        using IBackendTransaction transaction = backend.BeginTransaction();
        transaction.Put(("s", "k"), 1, [value]);
        transaction.Commit();
    }
}
