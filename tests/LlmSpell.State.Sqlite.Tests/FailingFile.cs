using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using LlmSpell.State.Sqlite.Files;
using LlmSpell.State.Sqlite.Native;

namespace LlmSpell.State.Sqlite.Tests;

/// <summary>Makes calls for an open file of SQLite fail, beneath all that the store puts in front of it. One file at a time.</summary>
internal static unsafe class FailingFile
{
    internal const int ReadFailed = ResultCode.InputOutput | (1 << 8);
    internal const int WriteFailed = ResultCode.InputOutput | (3 << 8);
    internal const int SyncFailed = ResultCode.InputOutput | (4 << 8);
    internal const int LockFailed = ResultCode.InputOutput | (20 << 8);

    private const int ReadLock = 2 | 4;
    private const int WriteUnlock = 1 | 8;

    private static readonly List<(long Offset, byte[] Bytes)> Unflushed = [];
    private static IoMethods* _original;
    private static bool _committed;

    /// <summary>Makes every read fail.</summary>
    internal static bool FailsReads { get; set; }

    /// <summary>How many writes succeed before the first that fails, as do all after it.</summary>
    internal static int WritesLeft { get; set; }

    /// <summary>Makes the next flush fail, once, as the kernel does: what was written since the last one is lost.</summary>
    internal static bool FailsNextSync { get; set; }

    /// <summary>From the end of the next transaction that writes on, reads fail to begin.</summary>
    internal static bool FailsReadsAfterCommit
    {
        get;
        set => (field, _committed) = (value, false);
    }

    /// <summary>How many reads failed to begin.</summary>
    internal static int FailedReads { get; private set; }

    internal static void Attach(nint file)
    {
        FailsReads = false;
        WritesLeft = int.MaxValue;
        FailsNextSync = false;
        FailsReadsAfterCommit = false;
        FailedReads = 0;
        Unflushed.Clear();
        ref IoMethods* methods = ref IoMethods.Of(file);
        _original = methods;
        var failing = (IoMethods*)NativeMemory.Alloc((nuint)sizeof(IoMethods));
        *failing = *methods;
        failing->Read = &Read;
        failing->Write = &Write;
        failing->Sync = &Sync;
        failing->ShmLock = &ShmLock;
        methods = failing;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Read(nint file, byte* bytes, int count, long offset) =>
        FailsReads ? ReadFailed : _original->Read(file, bytes, count, offset);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Write(nint file, byte* bytes, int count, long offset)
    {
        if (WritesLeft-- <= 0)
        {
            return WriteFailed;
        }

        byte[] before = new byte[count];
        fixed (byte* start = before)
        {
            _ = _original->Read(file, start, count, offset);
        }

        Unflushed.Add((offset, before));
        return _original->Write(file, bytes, count, offset);
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Sync(nint file, int flags)
    {
        bool fails = FailsNextSync;
        FailsNextSync = false;
        if (fails)
        {
            foreach ((long offset, byte[] before) in Enumerable.Reverse(Unflushed))
            {
                fixed (byte* start = before)
                {
                    _ = _original->Write(file, start, before.Length, offset);
                }
            }
        }

        Unflushed.Clear();
        return fails ? SyncFailed : _original->Sync(file, flags);
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int ShmLock(nint file, int first, int count, int flags)
    {
        _committed |= FailsReadsAfterCommit && flags == WriteUnlock && first == 0;
        if (_committed && flags == ReadLock)
        {
            FailedReads++;
            return LockFailed;
        }

        return _original->ShmLock(file, first, count, flags);
    }
}
