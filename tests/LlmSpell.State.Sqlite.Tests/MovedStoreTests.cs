using LlmSpell.Testing.Backends;

namespace LlmSpell.State.Sqlite.Tests;

/// <summary>Here reads open the file anew, too.</summary>
public sealed class MovedStoreTests : MovedStoreContract
{
    [Fact]
    public void A_read_for_which_nothing_is_there_any_more_says_that_it_was_moved()
    {
        using IStateBackend moved = OpenAndMove();

        Assert.Contains("was moved", Assert.Throws<StateStorageException>(() => moved.Contains(("s", "k"))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_opened_later_never_mixes_the_state_that_was_moved_with_one_that_has_its_place()
    {
        using IStateBackend moved = OpenAndMove();
        using IStateBackend other = OpenAgain();
        Save(other, 2);
        StateStorageException refused = Assert.Throws<StateStorageException>(() => moved.Contains(("s", "k")));
        Assert.True(refused.OutcomeUnknown);
        Assert.Throws<StateStorageException>(() => moved.OpenSnapshot().Dispose());
        Assert.True(other.Contains(("s", "k")));
    }

    protected override IStateBackend Open(string folder) => SqliteBackend.Open(new SqliteOptions { Folder = folder });
}
