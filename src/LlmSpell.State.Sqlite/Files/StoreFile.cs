using LlmSpell.State.Sqlite.Schema;

namespace LlmSpell.State.Sqlite.Files;

/// <summary>Where the database of a state is.</summary>
internal static class StoreFile
{
    /// <summary>
    /// The full path of the database in a folder; if that is a symbolic link, of what it leads to: there SQLite has the log, and we the other files beside it.
    /// </summary>
    internal static string In(string folder)
    {
        string file = Path.Combine(Path.GetFullPath(folder), StoreSchema.FileName);
        try
        {
            return new FileInfo(file) is { LinkTarget: not null } link ? link.ResolveLinkTarget(returnFinalTarget: true)!.FullName : file;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // SQLite says what is wrong with it.
            return file;
        }
    }
}
