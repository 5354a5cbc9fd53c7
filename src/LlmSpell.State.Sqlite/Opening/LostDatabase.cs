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
        // The log first: another process may be making both.
        string log = file + "-wal";
        if (LengthOf(log) > 0 && LengthOf(file) == 0)
        {
            throw new StateCorruptException(
                $"The state's file {file} is {(File.Exists(file) ? "empty" : "not there")}, but its log {log} is.",
                $"Nothing was changed. Bring back the {Path.GetFileName(file)} to which the log belongs; or move the log away, upon which a new state begins, "
                + "and `llmspell backup restore latest` makes it that of the newest backup.");
        }
    }

    private static long LengthOf(string file) => new FileInfo(file) is { Exists: true } found ? found.Length : 0;
}
