using LlmSpell.State.Sqlite.Errors;
using LlmSpell.State.Sqlite.Native;

namespace LlmSpell.State.Sqlite.Tests;

public sealed class ErrorTests
{
    [Theory]
    [InlineData(ResultCode.ReadOnly)]
    [InlineData(ResultCode.CannotOpen)]
    public void Without_the_right_to_write_the_hint_says_that_reading_needs_it_and_what_does_not(int code)
    {
        StateStorageException failure = Assert.IsType<StateStorageException>(
            SqliteErrors.Explain(new SqliteErrorException(code, "refused", systemError: 0), "state.db", WritePhase.None));

        Assert.Contains("needs that for reading too", failure.Hint, StringComparison.Ordinal);
        Assert.Contains("--backup ID", failure.Hint, StringComparison.Ordinal);
    }

    [Fact]
    public void With_too_many_open_files_the_hint_is_not_about_rights()
    {
        StateStorageException failure = Assert.IsType<StateStorageException>(
            SqliteErrors.Explain(new SqliteErrorException(ResultCode.CannotOpen, "unable to open", systemError: 24), "state.db", WritePhase.None));

        Assert.Contains("ulimit -n", failure.Hint, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(FailingFile.WriteFailed)]
    [InlineData(FailingFile.ReadFailed)]
    [InlineData(FailingFile.SyncFailed)]
    [InlineData(ResultCode.InputOutput | (12 << 8))]
    [InlineData(ResultCode.OutOfMemory)]
    [InlineData(4)]
    public void Only_a_commit_that_fails_leaves_the_outcome_open(int code)
    {
        bool Unknown(WritePhase phase) => Assert.IsType<StateStorageException>(
            SqliteErrors.Explain(new SqliteErrorException(code, "failed", systemError: 0), "state.db", phase)).OutcomeUnknown;

        Assert.False(Unknown(WritePhase.None));
        Assert.False(Unknown(WritePhase.Open));
        Assert.True(Unknown(WritePhase.Committing));
    }
}
