using System.Runtime.InteropServices;

namespace LlmSpell.State.Tests.Errors;

public sealed class MissingLibraryTests
{
    [Theory]
    [InlineData(24, "cannot open the state: the library e_sqlite3 cannot be loaded, since too many files are open", "ulimit -n")]
    [InlineData(2, "cannot open the state: the library e_sqlite3 cannot be loaded", "install llmspell again")]
    public void A_library_that_no_file_can_be_opened_for_is_not_called_missing(int error, string message, string hint)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "The numbers are those of Unix.");
        DllNotFoundException cause = new(
            $"Unable to load shared library 'e_sqlite3' or one of its dependencies.\n/x/libe_sqlite3.so: cannot open shared object file: {Marshal.GetPInvokeErrorMessage(error)}");

        StateStorageException failure = MissingLibrary.Explain("e_sqlite3", "open the state", cause);

        Assert.Equal(message, failure.Message);
        Assert.Contains(hint, failure.Hint, StringComparison.Ordinal);
        Assert.Same(cause, failure.InnerException);
    }
}
