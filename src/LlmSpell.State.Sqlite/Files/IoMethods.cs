using System.Runtime.InteropServices;

namespace LlmSpell.State.Sqlite.Files;

/// <summary>
/// SQLite's methods of an open file (https://sqlite.org/c3ref/io_methods.html): a copy with some replaced takes the place of
/// the original in a <c>sqlite3_file</c>, whose first field points to it.
/// </summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct IoMethods
{
    /// <summary>The least version that has all of these; SQLite's own files have had it since 2013.</summary>
    internal const int MinVersion = 3;

    /// <summary>The most bytes that one <see cref="Write"/> takes: SQLite's own drops the higher bits of the number.</summary>
    internal const int MaxBytes = (128 << 10) - 1;

    /// <summary>For <see cref="Sync"/>: until it is on the medium, for which macOS needs more than the usual call.</summary>
    internal static int SyncFlags => OperatingSystem.IsMacOS() ? 3 : 2;

    internal int Version;
    internal delegate* unmanaged[Cdecl]<nint, int> Close;
    internal delegate* unmanaged[Cdecl]<nint, byte*, int, long, int> Read;
    internal delegate* unmanaged[Cdecl]<nint, byte*, int, long, int> Write;
    internal delegate* unmanaged[Cdecl]<nint, long, int> Truncate;
    internal delegate* unmanaged[Cdecl]<nint, int, int> Sync;
    internal delegate* unmanaged[Cdecl]<nint, long*, int> FileSize;
    internal nint Lock;
    internal nint Unlock;
    internal nint CheckReservedLock;
    internal nint FileControl;
    internal nint SectorSize;
    internal nint DeviceCharacteristics;
    internal delegate* unmanaged[Cdecl]<nint, int, int, int, byte**, int> ShmMap;
    internal delegate* unmanaged[Cdecl]<nint, int, int, int, int> ShmLock;
    internal nint ShmBarrier;
    internal nint ShmUnmap;
    internal nint Fetch;
    internal nint Unfetch;

    /// <summary>The methods of an open file.</summary>
    internal static ref IoMethods* Of(nint file) => ref *(IoMethods**)file;
}
