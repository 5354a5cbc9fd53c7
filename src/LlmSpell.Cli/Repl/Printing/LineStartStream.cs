namespace LlmSpell.Cli.Repl.Printing;

/// <summary>Passes on what is written and remembers whether it ended a line, so that a prompt can begin one.</summary>
internal sealed class LineStartStream(Stream inner) : Stream
{
    public bool IsAtLineStart { get; private set; } = true;

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        inner.Write(buffer);
        if (!buffer.IsEmpty)
        {
            IsAtLineStart = buffer[^1] == '\n';
        }
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Flush() => inner.Flush();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();
}
