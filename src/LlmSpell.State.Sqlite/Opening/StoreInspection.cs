using System.Runtime.InteropServices;
using System.Text;
using LlmSpell.State.Sqlite.Files;
using LlmSpell.State.Sqlite.Native;
using LlmSpell.State.Sqlite.Waiting;

namespace LlmSpell.State.Sqlite.Opening;

/// <summary>A look into a store's file that leaves it, and its log, as they are. Immutable.</summary>
/// <param name="Format">The format of the file.</param>
/// <param name="Bytes">The length of the database and its log together.</param>
/// <param name="Damage">What SQLite's quick check found, a few lines of it; null where the file is too long to be read now.</param>
/// <param name="NewestEntry">When the newest entry was modified; null if there is none, or the file was too long.</param>
internal sealed record StoreInspection(int Format, long Bytes, IReadOnlyList<string>? Damage, DateTimeOffset? NewestEntry)
{
    private const int MaxDamage = 5;

    /// <summary>The version of the SQLite that is loaded.</summary>
    internal static unsafe string LibraryVersion => Marshal.PtrToStringUTF8((nint)SqliteNative.sqlite3_libversion())!;

    /// <summary>Looks into a store that exists.</summary>
    /// <param name="folder">The store's folder.</param>
    /// <param name="wait">How long to wait for locks.</param>
    /// <param name="maxBytes">A longer store is not read through.</param>
    /// <param name="clock">Measures the waiting.</param>
    /// <exception cref="StateException">The file is not a store, or cannot be read.</exception>
    internal static StoreInspection Read(string folder, TimeSpan wait, long maxBytes, TimeProvider clock)
    {
        string file = StoreFile.In(folder);
        LostDatabase.ThrowIf(file);
        using var connection = Connection.Open(file, OpenMode.ReadWrite, new BusyWait(wait, clock));
        connection.KeepLogOnClose = true;
        ConnectionSettings.Apply(connection);
        connection.Execute("PRAGMA query_only=ON");
        FileIdentity identity = FileIdentity.Read(connection).OrThrow(file);
        long bytes = LengthOf(file) + LengthOf(file + "-wal");
        return identity == FileIdentity.Empty || bytes > maxBytes
            ? new StoreInspection(identity.Format, bytes, null, null)
            : new StoreInspection(identity.Format, bytes, QuickCheck(connection), NewestIn(connection));
    }

    private static List<string> QuickCheck(Connection connection)
    {
        List<string> lines = [];
        using Statement check = connection.PrepareOnce($"PRAGMA quick_check({MaxDamage})");
        while (check.Step())
        {
            lines.Add(Encoding.UTF8.GetString(check.Bytes(0)));
        }

        return lines is ["ok"] ? [] : lines;
    }

    private static DateTimeOffset? NewestIn(Connection connection)
    {
        long newest = connection.QueryInt64("SELECT coalesce(max(modified_at), 0) FROM entries");
        return newest == 0 ? null : UnixTime.ToMoment(newest);
    }

    private static long LengthOf(string file) => new FileInfo(file) is { Exists: true } found ? found.Length : 0;
}
