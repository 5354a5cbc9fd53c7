using System.Runtime.InteropServices;
using LlmSpell.Lua.Native;

namespace LlmSpell.Lua.Streams;

/// <summary>
/// A stream by its file descriptor. A <see cref="FileStream"/> would keep a position of its own and write over what child
/// processes wrote to the same file, and the console's streams hide that the reader of a pipe has gone.
/// </summary>
/// <param name="descriptor">The descriptor; <see cref="Stream.Close"/> closes it only if it is not one of the three standard ones.</param>
/// <param name="wait">Ends reads and writes that wait for others when the script has to end; null: they wait.</param>
internal sealed class FileDescriptorStream(int descriptor, DescriptorWait? wait = null) : Stream
{
    // What a pipe takes without waiting once poll says that it takes something.
    private const int PipeChunk = 4096;
    private const int LastStandard = 2;

    // Every call fails with EBADF, as for a descriptor that is closed. A negative one would let poll wait for nothing.
    private const int None = int.MaxValue;

    private readonly bool _isSeekable = Posix.Seek(descriptor, 0, Posix.FromCurrent) >= 0;
    private bool _isClosed;

    public override bool CanRead => true;

    public override bool CanWrite => true;

    public override bool CanSeek => _isSeekable;

    public override long Length
    {
        get
        {
            long position = Position;
            long length = Seek(0, SeekOrigin.End);
            Position = position;
            return length;
        }
    }

    public override long Position
    {
        get => Seek(0, SeekOrigin.Current);
        set => Seek(value, SeekOrigin.Begin);
    }

    /// <summary>
    /// Opens a standard stream. One that was closed when the process began may be a file of the runtime by now. That one is closed on exec, so that it
    /// was opened after the process began.
    /// </summary>
    internal static Stream Open(int descriptor, DescriptorWait? wait = null) => OperatingSystem.IsWindows()
        ? descriptor switch
        {
            0 => Console.OpenStandardInput(),
            1 => Console.OpenStandardOutput(),
            _ => Console.OpenStandardError(),
        }
        : new FileDescriptorStream(Posix.IsClosedOnExec(descriptor) ? None : descriptor, wait);

    public override unsafe int Read(Span<byte> buffer)
    {
        while (true)
        {
            if (!_isSeekable)
            {
                WaitFor(Posix.PollIn);
            }

            nint count;
            fixed (byte* first = buffer)
            {
                count = Posix.Read(descriptor, first, (nuint)buffer.Length);
            }

            if (count >= 0)
            {
                return (int)count;
            }

            ThrowUnlessRetried(Posix.PollIn);
        }
    }

    public override unsafe void Write(ReadOnlySpan<byte> buffer)
    {
        while (!buffer.IsEmpty)
        {
            int length = buffer.Length;
            if (!_isSeekable && wait is not null)
            {
                WaitFor(Posix.PollOut);
                length = Math.Min(length, PipeChunk);
            }

            nint count;
            fixed (byte* first = buffer)
            {
                count = Posix.Write(descriptor, first, (nuint)length);
            }

            if (count >= 0)
            {
                buffer = buffer[(int)count..];
                continue;
            }

            ThrowUnlessRetried(Posix.PollOut);
        }
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin)
    {
        long position = Posix.Seek(descriptor, offset, (int)origin);
        return position >= 0 ? position : throw Posix.LastError();
    }

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (!_isClosed && descriptor is > LastStandard and not None)
        {
            _isClosed = true;
            // An interrupted close has closed all the same.
            if (Posix.Close(descriptor) < 0 && disposing && Marshal.GetLastPInvokeError() != Posix.Interrupted)
            {
                throw Posix.LastError();
            }
        }

        base.Dispose(disposing);
    }

    private void WaitFor(short events)
    {
        bool isStandardOutput = descriptor <= LastStandard && events == Posix.PollOut;
        if (wait is not null && !wait.For(descriptor, events, hasLastChance: isStandardOutput))
        {
            throw Posix.Error(Posix.Interrupted);
        }
    }

    private unsafe void ThrowUnlessRetried(short events)
    {
        int error = Marshal.GetLastPInvokeError();
        if (error == Posix.Interrupted)
        {
            return;
        }

        if (error != Posix.WouldBlock)
        {
            throw Posix.Error(error);
        }

        // A pipe of ours, or somebody else set the shared descriptor to non-blocking.
        if (wait is not null)
        {
            WaitFor(events);
            return;
        }

        PollEntry entry = new() { Descriptor = descriptor, Events = events };
        _ = Posix.Poll(&entry, 1, -1);
    }
}
