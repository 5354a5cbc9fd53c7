using System.Runtime.InteropServices;

namespace LlmSpell.Lua.Streams;

/// <summary>
/// A standard stream by its file descriptor. A <see cref="FileStream"/> would keep a position of its own and write over what child
/// processes wrote to the same file, and the console's streams hide that the reader of a pipe has gone.
/// </summary>
internal sealed partial class FileDescriptorStream(int descriptor) : Stream
{
    private const int BrokenPipe = 32;
    private const int Interrupted = 4;
    private const short PollIn = 1;
    private const short PollOut = 4;

    private static readonly int WouldBlock = OperatingSystem.IsLinux() ? 11 : 35;

    public override bool CanRead => descriptor == 0;

    public override bool CanWrite => descriptor != 0;

    public override bool CanSeek => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    internal static Stream Open(int descriptor) => OperatingSystem.IsWindows()
        ? descriptor switch
        {
            0 => Console.OpenStandardInput(),
            1 => Console.OpenStandardOutput(),
            _ => Console.OpenStandardError(),
        }
        : new FileDescriptorStream(descriptor);

    public override unsafe int Read(Span<byte> buffer)
    {
        while (true)
        {
            nint count;
            fixed (byte* first = buffer)
            {
                count = NativeRead(descriptor, first, (nuint)buffer.Length);
            }

            if (count >= 0)
            {
                return (int)count;
            }

            WaitOrThrow(PollIn);
        }
    }

    public override unsafe void Write(ReadOnlySpan<byte> buffer)
    {
        while (!buffer.IsEmpty)
        {
            nint count;
            fixed (byte* first = buffer)
            {
                count = NativeWrite(descriptor, first, (nuint)buffer.Length);
            }

            if (count >= 0)
            {
                buffer = buffer[(int)count..];
                continue;
            }

            WaitOrThrow(PollOut);
        }
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    private unsafe void WaitOrThrow(short events)
    {
        int error = Marshal.GetLastPInvokeError();
        if (error == Interrupted)
        {
            return;
        }

        if (error == WouldBlock)
        {
            // Somebody else set the shared descriptor to non-blocking.
            PollEntry entry = new() { Descriptor = descriptor, Events = events };
            _ = NativePoll(&entry, 1, -1);
            return;
        }

        string text = Marshal.GetPInvokeErrorMessage(error);
        throw error == BrokenPipe ? new ClosedPipeException(text, error) : new IOException(text, error);
    }

    [LibraryImport("libc", EntryPoint = "read", SetLastError = true)]
    private static unsafe partial nint NativeRead(int descriptor, byte* buffer, nuint count);

    [LibraryImport("libc", EntryPoint = "write", SetLastError = true)]
    private static unsafe partial nint NativeWrite(int descriptor, byte* buffer, nuint count);

    [LibraryImport("libc", EntryPoint = "poll")]
    private static unsafe partial int NativePoll(PollEntry* entries, nuint count, int timeoutMilliseconds);

    private struct PollEntry
    {
        internal int Descriptor;
        internal short Events;
#pragma warning disable CS0649 // The kernel writes it.
        internal short Returned;
#pragma warning restore CS0649
    }
}
