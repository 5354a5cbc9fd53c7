using LlmSpell.State.RocksDb.Files;
using LlmSpell.State.RocksDb.Generations;

namespace LlmSpell.State.RocksDb.Writing;

/// <summary>
/// Keeps opening quick: it reads the log, all of it, and each opening begins another file. A store that leaves much writes it into tables when it is closed; one that
/// leaves little leaves it, so that a short run need not write tables.
/// </summary>
internal static class LogLength
{
    private const long MaxBytes = 4 << 20;
    private const int MaxFiles = 8;

    internal static void Shorten(StorePaths paths, Generation generation)
    {
        try
        {
            FileInfo[] logs = new DirectoryInfo(paths.Database).GetFiles("*.log");
            if (logs.Length > MaxFiles || logs.Sum(log => log.Length) > MaxBytes)
            {
                MoveToTables(generation);
            }
        }
        catch (Exception e) when (e is StateException or IOException or UnauthorizedAccessException)
        {
            // Then the log stays as long as it is; nothing of it is lost.
        }
    }

    /// <summary>Writes all of the log into tables, upon which RocksDB deletes its files.</summary>
    internal static void MoveToTables(Generation generation)
    {
        Session session = generation.Session;
        session.Database.FlushTables([session.Description.Pointer, generation.Entries.Pointer, generation.Changes.Pointer]);
    }
}
