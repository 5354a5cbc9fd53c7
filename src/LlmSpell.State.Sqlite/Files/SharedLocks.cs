using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using LlmSpell.State.Sqlite.Native;

namespace LlmSpell.State.Sqlite.Files;

/// <summary>
/// Saves calls of the kernel for SQLite's locks in the shared memory of the log (https://sqlite.org/walformat.html#locks).
/// </summary>
/// <remarks>
/// <para>A reader needs a lock on a read mark at or before its moment. After each commit SQLite takes a mark exclusively, moves it to
/// the new end of the log, and lets it go: two calls for every transaction. If that lock is not to be had, it takes the highest
/// mark there is, and is as right with it. So the lock is refused here, most of the time, as if another held it.</para>
/// <para>An older mark lets a checkpoint that runs during the read copy a little less: what the transactions since the mark
/// wrote, of which there are at most <see cref="MaxRefusals"/> of this connection's.</para>
/// <para>The write lock can be kept from one transaction to the next (<see cref="Keep"/>): SQLite gives it up and takes it again, and only the
/// kernel does not hear of it. Meanwhile no mark is refused: an older one would keep a checkpoint beside it from copying what is committed.</para>
/// <para>It also tells <see cref="LogFile"/> and <see cref="CheckpointPages"/> which locks are held. All is in unmanaged memory, and belongs to
/// the thread that uses the connection.</para>
/// </remarks>
internal unsafe struct SharedLocks
{
    /// <summary>How many transactions in a row may take an older mark.</summary>
    internal const int MaxRefusals = 15;

    // Flags and places of locks.
    private const int Unlock = 1;
    private const int Lock = 2;
    private const int Shared = 4;
    private const int Exclusive = 8;
    private const int WriteLock = 0;
    private const int CheckpointLock = 1;
    private const int RecoverLock = 2;
    private const int DatabaseMark = 3;
    private const int FirstMark = 4;

    // First, since the file's method pointer is also the pointer to this.
    private IoMethods _methods;
    private int _refusals;
    private bool _refusing;
    private bool _unanswered;
    private bool _maintaining;
    private bool _writing;
    private bool _keeps;
    private bool _kept;

    /// <summary>SQLite's own methods.</summary>
    internal IoMethods* Original;

    /// <summary>The log of the same connection, if its writing was taken over.</summary>
    internal LogFile* Log;

    /// <summary>What a checkpoint writes to the database.</summary>
    internal CheckpointPages Pages;

    /// <summary>Whether a checkpoint, or a recovery, has its lock.</summary>
    internal readonly bool IsMaintaining => _maintaining;

    /// <summary>Set while the caller sees to it that nobody commits.</summary>
    internal bool NobodyCommits { get; set; }

    // Its lock and the write lock: while others commit, a checkpoint of the whole log can become one of a part.
    private readonly bool IsCopying => _maintaining && (_writing || NobodyCommits);

    /// <summary>Takes over the locking of an open database, until it is closed.</summary>
    /// <param name="file">The <c>sqlite3_file</c>.</param>
    /// <param name="writes">Whether the connection writes, and copies the log into the database.</param>
    /// <returns>Null if this SQLite is too old for that.</returns>
    internal static SharedLocks* Attach(nint file, bool writes)
    {
        ref IoMethods* methods = ref IoMethods.Of(file);
        if (methods == null || methods->Version < IoMethods.MinVersion)
        {
            return null;
        }

        var self = (SharedLocks*)NativeMemory.AllocZeroed((nuint)sizeof(SharedLocks));
        self->_methods = *methods;
        self->Original = methods;
        self->_methods.Close = &Close;
        self->_methods.ShmLock = &ShmLock;
        if (writes)
        {
            CheckpointPages.Attach(ref self->_methods);
        }

        methods = &self->_methods;
        return self;
    }

    /// <summary>From the next end of a transaction on, the write lock stays with this connection.</summary>
    internal void Keep() => _keeps = true;

    /// <summary>Ends that, outside a transaction or in one.</summary>
    internal void LetGo(nint file)
    {
        _keeps = false;
        if (_kept)
        {
            _kept = false;
            _ = Original->ShmLock(file, WriteLock, 1, Unlock | Exclusive);
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int ShmLock(nint file, int first, int count, int flags)
    {
        SharedLocks* self = Of(file);
        if (self->Log != null)
        {
            self->Log->CloseWindow();
        }

        if (flags == (Unlock | Exclusive))
        {
            self->BeforeUnlock(file, first);
            if (first == WriteLock && self->_keeps)
            {
                self->_kept = true;
                return ResultCode.Ok;
            }
        }
        else if (flags == (Lock | Exclusive) && first == WriteLock && self->_kept)
        {
            self->_kept = false;
            self->AfterLock(file, first, flags);
            return ResultCode.Ok;
        }
        else if (flags == (Lock | Exclusive) && self->Refuses(first, count))
        {
            return ResultCode.Busy;
        }

        int code = self->Original->ShmLock(file, first, count, flags);
        if (code == ResultCode.Ok && (flags & Lock) != 0)
        {
            self->AfterLock(file, first, flags);
        }

        return code;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Close(nint file)
    {
        SharedLocks* self = Of(file);
        IoMethods* original = self->Original;
        IoMethods.Of(file) = original;
        if (self->Log != null)
        {
            self->Log->ForgetLocks();
        }

        self->Pages.End();
        NativeMemory.Free(self);
        return original->Close(file);
    }

    /// <summary>The locks of an open database that were taken over.</summary>
    internal static SharedLocks* Of(nint file) => (SharedLocks*)IoMethods.Of(file);

    // A checkpoint and a recovery take the same locks one by one, to reset the marks: never in their way.
    private static bool IsMaintenance(int first) => first is CheckpointLock or RecoverLock;

    private bool Refuses(int first, int count)
    {
        if (_maintaining || _keeps || count != 1 || first < FirstMark)
        {
            return false;
        }

        // SQLite asks for one mark after the other. If it did not find an old one that will do, it comes again.
        if (first == FirstMark)
        {
            _refusing = !_unanswered && _refusals < MaxRefusals;
            _unanswered = _refusing;
            _refusals = _refusing ? _refusals + 1 : 0;
        }

        return _refusing;
    }

    private void AfterLock(nint file, int first, int flags)
    {
        if ((flags & Shared) != 0)
        {
            _unanswered = false;
        }
        else if (IsMaintenance(first))
        {
            _maintaining = true;
        }
        else if (first == WriteLock)
        {
            _writing = true;
        }
        else if (first == DatabaseMark && IsCopying)
        {
            Pages.Begin(file, Original);
        }
    }

    private void BeforeUnlock(nint file, int first)
    {
        if (IsMaintenance(first))
        {
            _maintaining = false;
            Pages.End();
            Pages.Settle(file, Original);
        }
        else if (first == DatabaseMark)
        {
            Pages.End();
        }
        else if (first == WriteLock)
        {
            _writing = false;
            Pages.End();
            if (Log != null)
            {
                Log->Forget();
            }
        }
    }
}
