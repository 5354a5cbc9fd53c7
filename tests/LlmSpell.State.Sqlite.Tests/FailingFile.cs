using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using LlmSpell.State.Sqlite.Files;
using LlmSpell.State.Sqlite.Native;

namespace LlmSpell.State.Sqlite.Tests;

/// <summary>Makes writes to an open file of SQLite fail, beneath all that the store puts in front of it. One file at a time.</summary>
internal static unsafe class FailingFile
{
    internal const int WriteFailed = ResultCode.InputOutput | (3 << 8);

    private static IoMethods* s_original;

    /// <summary>How many writes succeed before the first that fails, as do all after it.</summary>
    internal static int WritesLeft { get; set; }

    internal static void Attach(nint file)
    {
        WritesLeft = int.MaxValue;
        ref IoMethods* methods = ref IoMethods.Of(file);
        s_original = methods;
        var failing = (IoMethods*)NativeMemory.Alloc((nuint)sizeof(IoMethods));
        *failing = *methods;
        failing->Write = &Write;
        methods = failing;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Write(nint file, byte* bytes, int count, long offset) =>
        WritesLeft-- > 0 ? s_original->Write(file, bytes, count, offset) : WriteFailed;
}
