using System.Runtime.InteropServices;
using LlmSpell.State.Files;

namespace LlmSpell.State;

/// <summary>A native library that cannot be loaded. It is loaded when it is first needed, and that may be when no more files can be opened.</summary>
internal static class MissingLibrary
{
    /// <param name="library">Its name, as in <c>e_sqlite3</c>.</param>
    /// <param name="purpose">What cannot be done without it, as in <c>open the state in /srv/.llmspell</c>.</param>
    /// <param name="cause">What loading it said; .NET gives only the words of the system, and for every name that it tried.</param>
    internal static StateStorageException Explain(string library, string purpose, DllNotFoundException cause)
    {
        bool isFull = OpenFileLimit.Numbers.Any(number => cause.Message.Contains(Marshal.GetPInvokeErrorMessage(number), StringComparison.Ordinal));
        return new StateStorageException(
            $"cannot {purpose}: the library {library} cannot be loaded{(isFull ? ", since too many files are open" : "")}",
            isFull ? OpenFileLimit.Hint : "It must lie beside the program, for this system and architecture: install llmspell again.",
            cause);
    }
}
