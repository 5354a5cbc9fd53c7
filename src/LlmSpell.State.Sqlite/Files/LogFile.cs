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
/// <para>They are forgotten when the write lock is given up: without a commit they are not part of the log, and their place is the
/// next writer's.</para>
/// <para>All is in unmanaged memory, and belongs to the thread that uses the connection.</para>
/// </remarks>
internal unsafe struct LogFile
{
    private const int LogHeaderBytes = 32;
    private const int FrameHeaderBytes = 24;
    private const int BufferBytes = 128 << 10;

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

    /// <summary>Takes over the writing of an open log, until it is closed.</summary>
    /// <param name="file">The <c>sqlite3_file</c>.</param>
    /// <param name="pageBytes">The page size of the database.</param>
    /// <param name="locks">The locks of the same connection, which tell when frames must be forgotten.</param>
    internal static void Attach(nint file, int pageBytes, SharedLocks* locks)
    {
        ref IoMethods* methods = ref IoMethods.Of(file);
        if (methods == null || methods->Version < IoMethods.LeastVersion || FrameHeaderBytes + pageBytes > BufferBytes)
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
        _length = 0;
        _awaitsPage = false;
    }

    /// <summary>For locks that end before the log does.</summary>
    internal void ForgetLocks() => _locks = null;

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Write(nint file, byte* bytes, int count, long offset)
    {
        LogFile* self = Of(file);
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

            // The size of the database after the commit; zero in any other frame.
            self->_commits = BinaryPrimitives.ReadUInt32BigEndian(new ReadOnlySpan<byte>(bytes + 4, 4)) != 0;
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
        int code = offset < self->_start + self->_length && offset + count > self->_start ? self->Flush(file) : ResultCode.Ok;
        return code == ResultCode.Ok ? self->_original->Read(file, bytes, count, offset) : code;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Truncate(nint file, long length)
    {
        LogFile* self = Of(file);
        int code = self->Flush(file);
        return code == ResultCode.Ok ? self->_original->Truncate(file, length) : code;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Sync(nint file, int flags)
    {
        LogFile* self = Of(file);
        int code = self->Flush(file);
        return code == ResultCode.Ok ? self->_original->Sync(file, flags) : code;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int FileSize(nint file, long* length)
    {
        LogFile* self = Of(file);
        int code = self->Flush(file);
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

    private int Flush(nint file)
    {
        int length = _length;
        Forget();
        return length == 0 ? ResultCode.Ok : _original->Write(file, _buffer, length, _start);
    }
}
