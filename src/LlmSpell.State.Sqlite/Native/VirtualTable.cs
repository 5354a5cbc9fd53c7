using System.Runtime.InteropServices;

namespace LlmSpell.State.Sqlite.Native;

/// <summary>An open virtual table, as SQLite sees it: <c>sqlite3_vtab</c>, and what the table needs itself.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct VirtualTable
{
    internal nint Module;
    internal int References;
    internal nint ErrorMessage;
    internal nint Data;
}

/// <summary>A scan of a virtual table: <c>sqlite3_vtab_cursor</c>, and what the table needs itself.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct VirtualCursor
{
    internal nint Table;
    internal nint Data;
}

/// <summary>
/// The methods of a virtual table (https://sqlite.org/vtab.html). Without <c>xCreate</c> it is eponymous only: it is there under its
/// module's name and in no schema.
/// </summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct VirtualTableMethods
{
    internal int Version;
    internal nint Create;
    internal delegate* unmanaged[Cdecl]<nint, nint, int, byte**, VirtualTable**, byte**, int> Connect;
    internal delegate* unmanaged[Cdecl]<VirtualTable*, nint, int> BestIndex;
    internal delegate* unmanaged[Cdecl]<VirtualTable*, int> Disconnect;
    internal nint Destroy;
    internal delegate* unmanaged[Cdecl]<VirtualTable*, VirtualCursor**, int> Open;
    internal delegate* unmanaged[Cdecl]<VirtualCursor*, int> Close;
    internal delegate* unmanaged[Cdecl]<VirtualCursor*, int, byte*, int, nint*, int> Filter;
    internal delegate* unmanaged[Cdecl]<VirtualCursor*, int> Next;
    internal delegate* unmanaged[Cdecl]<VirtualCursor*, int> IsAtEnd;
    internal delegate* unmanaged[Cdecl]<VirtualCursor*, nint, int, int> Column;
    internal delegate* unmanaged[Cdecl]<VirtualCursor*, long*, int> RowId;
    internal nint Update;
    internal nint Begin;
    internal nint Sync;
    internal nint Commit;
    internal nint Rollback;
    internal nint FindFunction;
    internal nint Rename;
    internal nint Savepoint;
    internal nint Release;
    internal nint RollbackTo;
    internal nint ShadowName;
    internal nint Integrity;
}
