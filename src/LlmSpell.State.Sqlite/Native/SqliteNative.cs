using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

[assembly: DisableRuntimeMarshalling]

namespace LlmSpell.State.Sqlite.Native;

/// <summary>
/// The functions of SQLite's C interface that the store uses, as documented at https://sqlite.org/c3ref/funclist.html.
/// </summary>
/// <remarks>
/// <see cref="SuppressGCTransitionAttribute"/> stands only on functions that read or set a field of a connection or a prepared statement:
/// they never block, call back, or touch the disk, and end in nanoseconds. <c>sqlite3_column_blob</c> has it only because
/// every column is read in the type in which it was stored, so nothing is converted and no page is read; the results of a virtual
/// table's column because they are never copied.
/// <para>A method that SQLite calls (<see cref="UnmanagedCallersOnlyAttribute"/>) must not call them itself, nor by a method that is inlined into it: behind such a
/// call the runtime looks whether a collection waits, and in a method's last block the compiler puts that look behind the return to native code. The
/// thread then returns as one that runs managed code, and SQLite's next call ends the process (seen with .NET 10.0.12).</para>
/// </remarks>
internal static unsafe partial class SqliteNative
{
    internal const string Library = "e_sqlite3";

    /// <summary>The destructor argument that makes SQLite copy a bound value before the call returns.</summary>
    internal static readonly nint Transient = -1;

    /// <summary>The destructor argument for a bound value that stays in place until the statement is reset.</summary>
    internal static readonly nint Static;

    /// <summary>The encoding of all texts here.</summary>
    internal const byte Utf8 = 1;

    /// <summary>The type of a column, or an argument, that is NULL.</summary>
    internal const int NullType = 5;

    [LibraryImport(Library)]
    internal static partial byte* sqlite3_libversion();

    [LibraryImport(Library)]
    internal static partial int sqlite3_open_v2(byte* filename, nint* database, int flags, byte* vfs);

    [LibraryImport(Library)]
    internal static partial int sqlite3_close_v2(nint database);

    [LibraryImport(Library)]
    internal static partial int sqlite3_extended_errcode(nint database);

    [LibraryImport(Library)]
    internal static partial byte* sqlite3_errmsg(nint database);

    [LibraryImport(Library)]
    internal static partial byte* sqlite3_errstr(int code);

    [LibraryImport(Library)]
    internal static partial int sqlite3_system_errno(nint database);

    [LibraryImport(Library)]
    internal static partial int sqlite3_get_autocommit(nint database);

    [LibraryImport(Library), SuppressGCTransition]
    internal static partial long sqlite3_last_insert_rowid(nint database);

    [LibraryImport(Library), SuppressGCTransition]
    internal static partial int sqlite3_changes(nint database);

    [LibraryImport(Library)]
    internal static partial int sqlite3_busy_handler(nint database, delegate* unmanaged[Cdecl]<nint, int, int> handler, nint context);

    [LibraryImport(Library)]
    internal static partial int sqlite3_db_config(nint database, int option, int value, int* result);

    [LibraryImport(Library)]
    internal static partial int sqlite3_file_control(nint database, byte* schema, int operation, void* argument);

    [LibraryImport(Library)]
    internal static partial nint sqlite3_wal_hook(nint database, delegate* unmanaged[Cdecl]<nint, nint, byte*, int, int> hook, nint context);

    [LibraryImport(Library)]
    internal static partial int sqlite3_wal_checkpoint_v2(nint database, byte* schema, int mode, int* pages, int* copied);

    [LibraryImport(Library)]
    internal static partial int sqlite3_prepare_v3(nint database, byte* sql, int length, uint flags, nint* statement, byte** tail);

    [LibraryImport(Library)]
    internal static partial int sqlite3_finalize(nint statement);

    [LibraryImport(Library)]
    internal static partial int sqlite3_step(nint statement);

    [LibraryImport(Library)]
    internal static partial void sqlite3_interrupt(nint database);

    [LibraryImport(Library)]
    internal static partial int sqlite3_reset(nint statement);

    [LibraryImport(Library), SuppressGCTransition]
    internal static partial int sqlite3_bind_int64(nint statement, int parameter, long value);

    [LibraryImport(Library), SuppressGCTransition]
    internal static partial int sqlite3_bind_null(nint statement, int parameter);

    [LibraryImport(Library)]
    internal static partial int sqlite3_bind_blob64(nint statement, int parameter, byte* value, ulong length, nint destructor);

    [LibraryImport(Library)]
    internal static partial int sqlite3_bind_text64(
        nint statement, int parameter, byte* value, ulong length, nint destructor, byte encoding);

    [LibraryImport(Library), SuppressGCTransition]
    internal static partial int sqlite3_column_type(nint statement, int column);

    [LibraryImport(Library), SuppressGCTransition]
    internal static partial long sqlite3_column_int64(nint statement, int column);

    [LibraryImport(Library), SuppressGCTransition]
    internal static partial byte* sqlite3_column_blob(nint statement, int column);

    [LibraryImport(Library), SuppressGCTransition]
    internal static partial int sqlite3_column_bytes(nint statement, int column);

    [LibraryImport(Library)]
    internal static partial int sqlite3_bind_zeroblob(nint statement, int parameter, int length);

    [LibraryImport(Library)]
    internal static partial int sqlite3_blob_open(
        nint database, byte* schema, byte* table, byte* column, long row, int writes, nint* blob);

    [LibraryImport(Library)]
    internal static partial int sqlite3_blob_write(nint blob, byte* bytes, int length, int offset);

    [LibraryImport(Library)]
    internal static partial int sqlite3_blob_close(nint blob);

    [LibraryImport(Library)]
    internal static partial int sqlite3_create_module_v2(
        nint database, byte* name, VirtualTableMethods* methods, nint data, delegate* unmanaged[Cdecl]<nint, void> destructor);

    [LibraryImport(Library)]
    internal static partial int sqlite3_create_function_v2(
        nint database,
        byte* name,
        int arguments,
        int flags,
        nint data,
        delegate* unmanaged[Cdecl]<nint, int, nint*, void> function,
        nint step,
        nint final,
        delegate* unmanaged[Cdecl]<nint, void> destructor);

    [LibraryImport(Library), SuppressGCTransition]
    internal static partial nint sqlite3_user_data(nint context);

    [LibraryImport(Library), SuppressGCTransition]
    internal static partial int sqlite3_value_type(nint value);

    [LibraryImport(Library), SuppressGCTransition]
    internal static partial long sqlite3_value_int64(nint value);

    [LibraryImport(Library), SuppressGCTransition]
    internal static partial byte* sqlite3_value_blob(nint value);

    [LibraryImport(Library), SuppressGCTransition]
    internal static partial int sqlite3_value_bytes(nint value);

    [LibraryImport(Library)]
    internal static partial int sqlite3_declare_vtab(nint database, byte* sql);

    [LibraryImport(Library), SuppressGCTransition]
    internal static partial void sqlite3_result_null(nint context);

    [LibraryImport(Library), SuppressGCTransition]
    internal static partial void sqlite3_result_int64(nint context, long value);

    [LibraryImport(Library), SuppressGCTransition]
    internal static partial void sqlite3_result_blob64(nint context, byte* value, ulong length, nint destructor);

    [LibraryImport(Library), SuppressGCTransition]
    internal static partial void sqlite3_result_text64(nint context, byte* value, ulong length, nint destructor, byte encoding);
}
