using System.Runtime.InteropServices;

namespace LlmSpell.Bench;

/// <summary>Which SQLite the store uses.</summary>
internal static unsafe partial class SqliteLibrary
{
    internal static string Version => Marshal.PtrToStringUTF8((nint)VersionText())!;

    [LibraryImport("e_sqlite3", EntryPoint = "sqlite3_libversion")]
    private static partial byte* VersionText();
}
