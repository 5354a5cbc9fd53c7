using System.Runtime.InteropServices;

namespace LlmSpell.Bench;

/// <summary>The functions of LMDB's C interface that the comparison uses: http://www.lmdb.tech/doc/group__mdb.html. From Debian's liblmdb0.</summary>
internal static unsafe partial class LmdbNative
{
    internal const int NotFound = -30798;

    /// <summary>Commits do not wait for the disk.</summary>
    internal const uint NoSync = 0x10000;

    /// <summary>A reader belongs to its transaction, not to its thread.</summary>
    internal const uint NoThreadLocal = 0x200000;

    internal const uint ReadOnly = 0x20000;

    /// <summary>The operation of a cursor that steps on, to the first entry at first.</summary>
    internal const int Next = 8;

    private const string Library = "liblmdb.so.0";

    /// <summary>Whether the library is installed.</summary>
    internal static bool IsThere => NativeLibrary.TryLoad(Library, out _);

    internal static string Version
    {
        get
        {
            int major;
            int minor;
            int patch;
            mdb_version(&major, &minor, &patch);
            return $"LMDB {major}.{minor}.{patch}";
        }
    }

    /// <exception cref="ToolException">The code is an error.</exception>
    internal static void Check(int code)
    {
        if (code != 0)
        {
            throw new ToolException($"LMDB failed: {Marshal.PtrToStringUTF8((nint)mdb_strerror(code))}.");
        }
    }

    [LibraryImport(Library)]
    internal static partial int mdb_env_create(nint* environment);

    [LibraryImport(Library)]
    internal static partial int mdb_env_set_mapsize(nint environment, nuint bytes);

    [LibraryImport(Library)]
    internal static partial int mdb_env_open(nint environment, byte* folder, uint flags, uint mode);

    [LibraryImport(Library)]
    internal static partial int mdb_env_sync(nint environment, int force);

    [LibraryImport(Library)]
    internal static partial void mdb_env_close(nint environment);

    [LibraryImport(Library)]
    internal static partial int mdb_txn_begin(nint environment, nint parent, uint flags, nint* transaction);

    [LibraryImport(Library)]
    internal static partial int mdb_txn_commit(nint transaction);

    [LibraryImport(Library)]
    internal static partial void mdb_txn_abort(nint transaction);

    [LibraryImport(Library)]
    internal static partial void mdb_txn_reset(nint transaction);

    [LibraryImport(Library)]
    internal static partial int mdb_txn_renew(nint transaction);

    [LibraryImport(Library)]
    internal static partial int mdb_dbi_open(nint transaction, byte* name, uint flags, uint* database);

    [LibraryImport(Library)]
    internal static partial int mdb_put(nint transaction, uint database, LmdbBytes* key, LmdbBytes* value, uint flags);

    [LibraryImport(Library)]
    internal static partial int mdb_get(nint transaction, uint database, LmdbBytes* key, LmdbBytes* value);

    [LibraryImport(Library)]
    internal static partial int mdb_cursor_open(nint transaction, uint database, nint* cursor);

    [LibraryImport(Library)]
    internal static partial int mdb_cursor_get(nint cursor, LmdbBytes* key, LmdbBytes* value, int operation);

    [LibraryImport(Library)]
    internal static partial void mdb_cursor_close(nint cursor);

    [LibraryImport(Library)]
    private static partial byte* mdb_version(int* major, int* minor, int* patch);

    [LibraryImport(Library)]
    private static partial byte* mdb_strerror(int code);
}

/// <summary>Bytes that LMDB reads or hands out: MDB_val.</summary>
internal unsafe struct LmdbBytes
{
    internal nuint Length;
    internal byte* Start;

    internal readonly ReadOnlySpan<byte> Span => new(Start, (int)Length);
}
