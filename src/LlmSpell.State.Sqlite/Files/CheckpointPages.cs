using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using LlmSpell.State.Sqlite.Native;

namespace LlmSpell.State.Sqlite.Files;

/// <summary>
/// The pages that a checkpoint copies into the database file. Those that follow each other are written in one piece, where SQLite writes each with a
/// call of its own; and all are flushed before the log may lose them.
/// </summary>
/// <remarks>
/// <para>SQLite flushes the file only when it has copied the whole log. If others commit meanwhile, it says in the shared memory that
/// a part has been copied, and leaves the flush to a later checkpoint, which does not copy that part again. But the kernel tells of a page that it could not
/// write only once, and forgets it: a later flush that succeeds proves nothing. So what was copied is flushed before the checkpoint gives
/// its lock up, and if that or SQLite's own flush fails, nothing counts as copied any more: the next checkpoint copies all of the log again.</para>
/// <para>Pages wait only in a checkpoint that takes over the whole log while nobody commits, so that it stays the whole log. At its end SQLite
/// sets the length of the file and flushes it, and only if both succeed it says in the shared memory that the log has been
/// copied: whatever waits here is written before the first of them, which reports the error. A checkpoint of a part of the log says so
/// without another call to the file, so its pages never wait.</para>
/// <para>A checkpoint that fails gives its locks up, and what still waits is forgotten: it is in the log.</para>
/// <para>All is in unmanaged memory, and belongs to the thread that uses the connection.</para>
/// </remarks>
internal unsafe struct CheckpointPages
{
    private const int BufferBytes = IoMethods.MaxBytes;

    // Where the shared memory has them: https://sqlite.org/walformat.html#the_wal_index_file_format.
    private const int IndexBytes = 32 << 10;
    private const int LogFrames = 16;
    private const int CopiedFrames = 96;
    private const int AttemptedFrames = 128;

    private byte* _index;
    private byte* _buffer;
    private int _length;
    private long _start;
    private bool _unflushed;
    private bool _failed;

    /// <summary>Takes over the writing of an open database file.</summary>
    internal static void Attach(ref IoMethods methods)
    {
        methods.Read = &Read;
        methods.Write = &Write;
        methods.Truncate = &Truncate;
        methods.Sync = &Sync;
        methods.FileSize = &FileSize;
    }

    /// <summary>Begins to collect: a checkpoint has its locks, and nobody commits before it gives them up.</summary>
    internal void Begin(nint file, IoMethods* original)
    {
        byte* index;
        _index = original->ShmMap(file, 0, IndexBytes, 0, &index) == ResultCode.Ok ? index : null;
    }

    /// <summary>Whether a flush has failed since the last call of this.</summary>
    internal bool TakeFailure()
    {
        bool failed = _failed;
        _failed = false;
        return failed;
    }

    /// <summary>Flushes what was copied; a checkpoint still has its lock. If a flush fails or has failed, the log counts as not copied.</summary>
    internal void Settle(nint file, IoMethods* original)
    {
        if (_unflushed)
        {
            NoteFlush(original->Sync(file, IoMethods.SyncFlags));
        }

        byte* index;
        if (_failed && original->ShmMap(file, 0, IndexBytes, 0, &index) == ResultCode.Ok)
        {
            Volatile.Write(ref *(uint*)(index + CopiedFrames), 0);
        }
    }

    /// <summary>Forgets what waits, and collects no more.</summary>
    internal void End()
    {
        _index = null;
        _length = 0;
        NativeMemory.Free(_buffer);
        _buffer = null;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Write(nint file, byte* bytes, int count, long offset)
    {
        SharedLocks* self = SharedLocks.Of(file);
        CheckpointPages* pages = &self->Pages;
        if (pages->_length > 0 && (offset != pages->_start + pages->_length || pages->_length + count > BufferBytes))
        {
            int code = pages->Flush(file, self->Original);
            if (code != ResultCode.Ok)
            {
                return code;
            }
        }

        pages->_unflushed = true;
        if (count > BufferBytes || !pages->MayWait())
        {
            return self->Original->Write(file, bytes, count, offset);
        }

        if (pages->_length == 0)
        {
            pages->_start = offset;
        }

        Unsafe.CopyBlockUnaligned(pages->_buffer + pages->_length, bytes, (uint)count);
        pages->_length += count;
        return ResultCode.Ok;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Read(nint file, byte* bytes, int count, long offset)
    {
        SharedLocks* self = SharedLocks.Of(file);
        int code = self->Pages.Flush(file, self->Original);
        return code == ResultCode.Ok ? self->Original->Read(file, bytes, count, offset) : code;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Truncate(nint file, long length)
    {
        SharedLocks* self = SharedLocks.Of(file);
        int code = self->Pages.Flush(file, self->Original);
        return code == ResultCode.Ok ? self->Original->Truncate(file, length) : code;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Sync(nint file, int flags)
    {
        SharedLocks* self = SharedLocks.Of(file);
        int code = self->Pages.Flush(file, self->Original);
        return code == ResultCode.Ok ? self->Pages.NoteFlush(self->Original->Sync(file, flags)) : code;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int FileSize(nint file, long* length)
    {
        SharedLocks* self = SharedLocks.Of(file);
        int code = self->Pages.Flush(file, self->Original);
        return code == ResultCode.Ok ? self->Original->FileSize(file, length) : code;
    }

    private int NoteFlush(int code)
    {
        _unflushed = false;
        _failed |= code != ResultCode.Ok;
        return code;
    }

    // The numbers stay as they are while the locks are held.
    private bool MayWait()
    {
        if (_index == null || *(uint*)(_index + LogFrames) != *(uint*)(_index + AttemptedFrames))
        {
            return false;
        }

        if (_buffer == null)
        {
            _buffer = TryAllocate();
        }

        return _buffer != null;
    }

    // An exception would end the process: SQLite is between here and whoever could catch it.
    private static byte* TryAllocate()
    {
        try
        {
            return (byte*)NativeMemory.Alloc(BufferBytes);
        }
        catch (OutOfMemoryException)
        {
            return null;
        }
    }

    private int Flush(nint file, IoMethods* original)
    {
        int length = _length;
        _length = 0;
        return length == 0 ? ResultCode.Ok : original->Write(file, _buffer, length, _start);
    }
}
