using System.Diagnostics;

namespace LlmSpell.State.Sqlite.Tests;

/// <summary>Copies a store's files as a kill at this moment leaves them.</summary>
internal static class Copying
{
    // With the descriptor of another process: closing one of ours would drop SQLite's locks.
    internal static void Copy(string from, string to)
    {
        using var copy = Process.Start("cp", [from, to]);
        copy.WaitForExit();
        Assert.Equal(0, copy.ExitCode);
    }
}
