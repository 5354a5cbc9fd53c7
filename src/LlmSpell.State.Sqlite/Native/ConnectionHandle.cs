using System.Runtime.InteropServices;

namespace LlmSpell.State.Sqlite.Native;

/// <summary>Owns one <c>sqlite3*</c>. Statements may outlive it: SQLite then closes with the last of them.</summary>
internal sealed class ConnectionHandle : SafeHandle
{
    internal ConnectionHandle(nint database)
        : base(0, ownsHandle: true) => SetHandle(database);

    public override bool IsInvalid => handle == 0;

    protected override bool ReleaseHandle() => SqliteNative.sqlite3_close_v2(handle) == ResultCode.Ok;
}
