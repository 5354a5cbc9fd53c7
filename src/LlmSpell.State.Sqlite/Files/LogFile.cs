using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using LlmSpell.State.Sqlite.Native;

namespace LlmSpell.State.Sqlite.Files;

/// <summary>
/// Collects what a transaction writes to the write-ahead log and writes it in one piece. SQLite writes a frame in two calls,
/// its header and its page; a small save is three frames, and the calls cost more than the copying.
/// </summary>
/// <remarks>
/// <para>Every commit ends with a frame that says so (https://sqlite.org/fileformat2.html#the_write_ahead_log). With it all is
/// written before the call returns, so SQLite still sees each error before it tells anyone that the transaction is committed.
/// Only frames before that one wait here; nobody else reads them. Whatever else happens to the file comes after them.</para>
/// <para>If a page was written twice in a transaction, SQLite reads the frames from there on once more before the commit and writes their
/// headers again, with new checksums, the one that ends the commit last. That goes through a <see cref="LogWindow"/>, as do the reads of a checkpoint.</para>
/// <para>They are forgotten when the write lock is given up: without a commit they are not part of the log, and their place is the
/// next writer's.</para>
/// <para>All is in unmanaged memory, and belongs to the thread that uses the connection.</para>
/// </remarks>
internal unsafe struct LogFile
{
    private const int LogHeaderBytes = 32;
    private const int FrameHeaderBytes = 24;
    private const int BufferBytes = IoMethods.MaxBytes;

    // First, since the file's method pointer is also the pointer to this.
    private IoMethods _methods;
    private IoMethods* _original;
    private SharedLocks* _locks;
    private byte* _buffer;
    private int _pageBytes;
    private int _length;
    private long _start;
    private bool _awaitsPage;
    private bool _commits;
    private LogWindow _window;
    private long _readFrame;

    /// <summary>Takes over the writing of an open log, until it is closed.</summary>
    /// <param name="file">The <c>sqlite3_file</c>.</param>
    /// <param name="pageBytes">The page size of the database.</param>
    /// <param name="locks">The locks of the same connection, which tell when frames must be forgotten.</param>
    internal static void Attach(nint file, int pageBytes, SharedLocks* locks)
    {
        ref IoMethods* methods = ref IoMethods.Of(file);
        if (methods == null || methods->Version < IoMethods.MinVersion || FrameHeaderBytes + pageBytes > BufferBytes)
        {
            return;
        }

        var self = (LogFile*)NativeMemory.AllocZeroed((nuint)sizeof(LogFile));
        self->_buffer = (byte*)NativeMemory.Alloc(BufferBytes);
        self->_methods = *methods;
        self->_original = methods;
        self->_pageBytes = pageBytes;
        self->_locks = locks;
        self->_methods.Close = &Close;
        self->_methods.Read = &Read;
        self->_methods.Write = &Write;
        self->_methods.Truncate = &Truncate;
        self->_methods.Sync = &Sync;
        self->_methods.FileSize = &FileSize;
        locks->Log = self;
        methods = &self->_methods;
    }

    /// <summary>Forgets frames of a transaction that was not committed.</summary>
    internal void Forget()
    {
        CloseWindow();
        _length = 0;
        _awaitsPage = false;
    }

    /// <summary>Forgets what was read ahead, which holds only between two calls for a lock.</summary>
    internal void CloseWindow()
    {
        _window.Close();
        _readFrame = 0;
    }

    /// <summary>For locks that end before the log does.</summary>
    internal void ForgetLocks() => _locks = null;

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Write(nint file, byte* bytes, int count, long offset)
    {
        LogFile* self = Of(file);
        if (count == FrameHeaderBytes && offset == self->_readFrame)
        {
            return self->Rewrite(file, bytes, offset);
        }

        int ended = self->EndWindow(file);
        if (ended != ResultCode.Ok)
        {
            return ended;
        }

        bool follows = self->_length == 0 || offset == self->_start + self->_length;
        bool isPage = self->_awaitsPage && follows && count == self->_pageBytes;
        if (!isPage && !(follows && self->IsFrameHeader(count, offset)))
        {
            int code = self->Flush(file);
            return code == ResultCode.Ok ? self->_original->Write(file, bytes, count, offset) : code;
        }

        if (self->_length == 0)
        {
            self->_start = offset;
        }

        Unsafe.CopyBlockUnaligned(self->_buffer + self->_length, bytes, (uint)count);
        self->_length += count;
        if (!isPage)
        {
            self->_awaitsPage = true;

            self->_commits = Commits(bytes);
            return ResultCode.Ok;
        }

        self->_awaitsPage = false;
        bool full = self->_length + FrameHeaderBytes + self->_pageBytes > BufferBytes;
        return self->_commits || full ? self->Flush(file) : ResultCode.Ok;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Read(nint file, byte* bytes, int count, long offset)
    {
        LogFile* self = Of(file);
        self->_readFrame = count == FrameHeaderBytes + self->_pageBytes ? offset : 0;
        if (self->ReadsThrough(count))
        {
            int flushed = self->Flush(file);
            return flushed == ResultCode.Ok
                ? self->_window.Read(file, self->_original, self->_buffer, BufferBytes, bytes, count, offset)
                : flushed;
        }

        int code = self->EndWindow(file);
        if (code == ResultCode.Ok && offset < self->_start + self->_length && offset + count > self->_start)
        {
            code = self->Flush(file);
        }

        return code == ResultCode.Ok ? self->_original->Read(file, bytes, count, offset) : code;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Truncate(nint file, long length)
    {
        LogFile* self = Of(file);
        int code = self->FlushAll(file);
        return code == ResultCode.Ok ? self->_original->Truncate(file, length) : code;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Sync(nint file, int flags)
    {
        LogFile* self = Of(file);
        int code = self->FlushAll(file);
        return code == ResultCode.Ok ? self->_original->Sync(file, flags) : code;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int FileSize(nint file, long* length)
    {
        LogFile* self = Of(file);
        int code = self->FlushAll(file);
        return code == ResultCode.Ok ? self->_original->FileSize(file, length) : code;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Close(nint file)
    {
        LogFile* self = Of(file);
        IoMethods* original = self->_original;
        IoMethods.Of(file) = original;
        if (self->_locks != null)
        {
            self->_locks->Log = null;
        }

        NativeMemory.Free(self->_buffer);
        NativeMemory.Free(self);
        return original->Close(file);
    }

    private static LogFile* Of(nint file) => (LogFile*)IoMethods.Of(file);

    // At a place where a frame begins; so no part of a page that happens to be as long can be taken for one.
    private readonly bool IsFrameHeader(int count, long offset) =>
        !_awaitsPage
        && count == FrameHeaderBytes
        && offset >= LogHeaderBytes
        && (offset - LogHeaderBytes) % (FrameHeaderBytes + _pageBytes) == 0;

    // The size of the database after the commit; zero in any other frame.
    private static bool Commits(byte* frame) => BinaryPrimitives.ReadUInt32BigEndian(new ReadOnlySpan<byte>(frame + 4, 4)) != 0;

    // A checkpoint reads pages. Whole frames are read by a commit that writes checksums anew, which holds the write lock, and by a recovery.
    private readonly bool ReadsThrough(int count) =>
        count == FrameHeaderBytes + _pageBytes || (count == _pageBytes && _locks != null && _locks->IsMaintaining);

    // No page follows such a header; so it must not wait for one, as that of a new frame does.
    private int Rewrite(nint file, byte* bytes, long offset)
    {
        if (!_window.TryWrite(bytes, FrameHeaderBytes, offset))
        {
            return _original->Write(file, bytes, FrameHeaderBytes, offset);
        }

        return Commits(bytes) ? EndWindow(file) : ResultCode.Ok;
    }

    private int EndWindow(nint file)
    {
        if (!_window.IsOpen)
        {
            return ResultCode.Ok;
        }

        int code = _window.WriteBack(file, _original);
        _window.Close();
        return code;
    }

    private int FlushAll(nint file)
    {
        int code = EndWindow(file);
        return code == ResultCode.Ok ? Flush(file) : code;
    }

    private int Flush(nint file)
    {
        int length = _length;
        _length = 0;
        _awaitsPage = false;
        return length == 0 ? ResultCode.Ok : _original->Write(file, _buffer, length, _start);
    }
}
