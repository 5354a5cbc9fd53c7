using LlmSpell.State.RocksDb.Errors;
using LlmSpell.State.RocksDb.Native;

namespace LlmSpell.State.RocksDb.Tests;

public sealed class ErrorTests
{
    [Theory]
    [InlineData("IO error: while open a file for lock: db/LOCK: Too many open files")]
    [InlineData("Invalid argument: Found options incompatible with filesystem: IO error: While open a file for random read: db/CURRENT: Too many open files")]
    public void With_too_many_open_files_the_hint_is_about_those(string text)
    {
        StateStorageException failure = Assert.IsType<StateStorageException>(RocksDbErrors.Explain(new RocksDbErrorException(text), "db", Access.Read));

        Assert.Contains("ulimit -n", failure.Hint, StringComparison.Ordinal);
        Assert.False(failure.OutcomeUnknown);
    }
}
