namespace LlmSpell.State.Sqlite.Opening;

/// <summary>
/// A log whose database is gone, or empty. SQLite takes an empty file for a new database and deletes a log that lies beside it, with all that was saved since
/// the last checkpoint. Whoever makes a store never leaves that: the database has its tables before there is a log.
/// </summary>
internal static class LostDatabase
{
    /// <summary>For before a connection is opened.</summary>
    /// <param name="file">The database file.</param>
    /// <exception cref="StateCorruptException">It is so; nothing was changed.</exception>
    internal static void ThrowIf(string file)
    {
        if (LogOf(file) is { } log)
        {
            throw new StateCorruptException(
                $"The state's file {file} is {(File.Exists(file) ? "empty" : "not there")}, but its log {log} is.",
                $"Nothing was changed. Bring back the {Path.GetFileName(file)} to which the log belongs; or `llmspell backup restore latest --replace-damaged` puts the log aside "
                + "and brings the newest backup back.");
        }
    }

    /// <summary>The log; null if its database is there too, or there is no log with anything in it.</summary>
    /// <param name="file">The database file.</param>
    internal static string? LogOf(string file)
    {
        // The log first: another process may be making both.
        string log = file + "-wal";
        return LengthOf(log) > 0 && LengthOf(file) == 0 ? log : null;
    }

    private static long LengthOf(string file) => new FileInfo(file) is { Exists: true } found ? found.Length : 0;
}
