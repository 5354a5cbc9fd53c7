namespace LlmSpell.State.Sqlite.Native;

/// <summary>Flags of <c>sqlite3_open_v2</c>: https://sqlite.org/c3ref/c_open_autoproxy.html.</summary>
[Flags]
internal enum OpenMode
{
    ReadOnly = 0x1,
    ReadWrite = 0x2,
    Create = 0x4,

    /// <summary>SQLite takes no mutex: the store lets only one thread at a time use a connection.</summary>
    NoMutex = 0x8000,

    /// <summary>Each call returns the extended result code.</summary>
    ExtendedCodes = 0x2000000,
}
