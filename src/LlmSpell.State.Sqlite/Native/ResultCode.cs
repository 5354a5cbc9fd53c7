namespace LlmSpell.State.Sqlite.Native;

/// <summary>The result codes that the store tells apart: https://sqlite.org/rescode.html.</summary>
internal static class ResultCode
{
    internal const int Ok = 0;
    internal const int Error = 1;
    internal const int Permission = 3;
    internal const int Busy = 5;
    internal const int Locked = 6;
    internal const int OutOfMemory = 7;
    internal const int ReadOnly = 8;
    internal const int InputOutput = 10;
    internal const int Corrupt = 11;
    internal const int Full = 13;
    internal const int CannotOpen = 14;
    internal const int Authorization = 23;
    internal const int NotADatabase = 26;
    internal const int Row = 100;
    internal const int Done = 101;

    /// <summary>The primary code of an extended one.</summary>
    internal static int Primary(int extended) => extended & 0xff;
}
