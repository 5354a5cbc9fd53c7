using LlmSpell.Lua.Streams;

namespace LlmSpell.Cli.Hosting;

/// <summary>
/// Standard output of the process. A write to a pipe that nobody reads waits for ever: it ends a moment after the command was interrupted, so that one
/// Ctrl-C is enough. Not thread-safe.
/// </summary>
internal sealed class StandardOutput : Stream
{
    private readonly Stream _output;
    private CancellationToken _interrupt;
    private bool _isGivenUp;

    public StandardOutput() => _output = FileDescriptorStream.Open(1, new DescriptorWait(() => _interrupt));

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>What ends a write from now on; <see cref="CancellationToken.None"/>: nothing.</summary>
    public void EndWritesAt(CancellationToken interrupt) => _interrupt = interrupt;

    /// <exception cref="OperationCanceledException">Interrupted, and nobody has read for a moment.</exception>
    public override void Write(ReadOnlySpan<byte> buffer)
    {
        if (_isGivenUp)
        {
            // What is written after that is the end of a document, or the report of the failure; neither may wait again.
            _interrupt.ThrowIfCancellationRequested();
            throw new IOException("nobody reads standard output");
        }

        try
        {
            _output.Write(buffer);
        }
        catch (IOException error) when (error is not ClosedPipeException && _interrupt.IsCancellationRequested)
        {
            _isGivenUp = true;
            throw new OperationCanceledException(error.Message, error, _interrupt);
        }
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Flush() => _output.Flush();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();
}
