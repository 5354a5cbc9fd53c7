namespace LlmSpell.Cli.Repl.History;

/// <summary>Finds the file that keeps the inputs of interactive sessions.</summary>
internal static class HistoryLocation
{
    public const string Variable = "LLMSPELL_HISTORY";

    /// <summary>The file, absolute; null if there is to be none.</summary>
    public static string? Find(Func<string, string?> environment, string workingFolder)
    {
        if (environment(Variable) is { } named)
        {
            return named.Length == 0 ? null : Path.GetFullPath(named, workingFolder);
        }

        return StateFolder(environment) is { } folder ? Path.Combine(folder, "llmspell", "history") : null;
    }

    // XDG Base Directory Specification 0.8: a relative XDG_STATE_HOME is invalid and ignored.
    private static string? StateFolder(Func<string, string?> environment)
    {
        if (OperatingSystem.IsWindows())
        {
            return environment("LOCALAPPDATA") is { Length: > 0 } local ? local : null;
        }

        if (environment("XDG_STATE_HOME") is { Length: > 0 } state && Path.IsPathRooted(state))
        {
            return state;
        }

        return environment("HOME") is { Length: > 0 } home ? Path.Combine(home, ".local", "state") : null;
    }
}
