using LlmSpell.State;
using Xunit;

namespace LlmSpell.Testing.Backends;

/// <summary>A store whose folder somebody moves, replaces or deletes while it is open: what is saved then is lost for everybody else, so it must not go on for long.</summary>
public abstract class MovedStoreContract : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string Moved => _folder["moved"];

    public void Dispose()
    {
        _folder.Dispose();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public void The_next_flush_says_that_it_was_moved_and_so_does_each_one_after()
    {
        using IStateBackend backend = OpenAndMove();
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
        using IStateBackend backend = OpenAndMove();
        Directory.Delete(Moved, recursive: true);
        Save(backend, 2);

        Assert.Contains("deleted", Assert.Throws<StateStorageException>(backend.Flush).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_link_that_leads_elsewhere_meanwhile_changes_nothing_for_who_has_the_state_open()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "links need rights there");
        using (IStateBackend elsewhere = Open(_folder["elsewhere"]))
        {
            Save(elsewhere, 9);
        }

        Directory.CreateDirectory(_folder["real"]);
        Directory.CreateSymbolicLink(_folder["link"], _folder["real"]);
        using (IStateBackend backend = Open(_folder["link"]))
        {
            Save(backend, 1);
            Directory.Delete(_folder["link"]);
            Directory.CreateSymbolicLink(_folder["link"], _folder["elsewhere"]);

            Assert.Equal(1, Read(backend));
            Save(backend, 2);
            Replace(backend, 3);
            backend.Flush();
            Assert.Equal(3, Read(backend));
        }

        using IStateBackend real = Open(_folder["real"]);
        using IStateBackend other = Open(_folder["link"]);
        Assert.Equal((3, 9), (Read(real), Read(other)));
    }

    /// <summary>Opens the store in a folder, which is made if it is not there.</summary>
    protected abstract IStateBackend Open(string folder);

    /// <summary>Opens another store where the one of <see cref="OpenAndMove"/> was.</summary>
    protected IStateBackend OpenAgain() => Open(_folder["store"]);

    /// <summary>Opens a store with something saved, and moves it; skips the test where that is not noticed.</summary>
    protected IStateBackend OpenAndMove()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "noticed on Linux only");
        IStateBackend backend = OpenAgain();
        backend.Flush();
        Save(backend, 1);
        backend.Flush();
        Directory.Move(_folder["store"], Moved);
        return backend;
    }

    private static byte Read(IStateBackend backend)
    {
        using IStateSnapshot snapshot = backend.OpenSnapshot();
        using IEntryCursor entries = snapshot.Scan(KeyRange.All);
        Assert.True(entries.MoveNext());
        byte value = Assert.Single(entries.Value.ToArray());
        Assert.True(backend.Contains(("s", "k")));
        return value;
    }

    private static void Replace(IStateBackend backend, byte value)
    {
        using MemoryBackend source = new();
        Save(source, value);
        using IStateSnapshot entries = source.OpenSnapshot();
        using IStateReplacement replacement = backend.BeginReplacement();
        replacement.Append(entries.Scan(KeyRange.All));
        replacement.Commit("backup-1", adopt: null);
    }

    protected static void Save(IStateBackend backend, byte value)
    {
        using IBackendTransaction transaction = backend.BeginTransaction();
        transaction.Put(("s", "k"), 1, [value]);
        transaction.Commit();
    }
}
