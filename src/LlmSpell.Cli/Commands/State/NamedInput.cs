using LlmSpell.Cli.Failures;
using LlmSpell.State.Files;

namespace LlmSpell.Cli.Commands.State;

/// <summary>An input whose failures say which one it is: the system's own words do not. Owns the stream.</summary>
/// <param name="input">The stream.</param>
/// <param name="name">What people call it.</param>
internal sealed class NamedInput(Stream input, string name) : Stream
{
    public override bool CanRead => true;

    public override bool CanSeek => input.CanSeek;

    public override bool CanWrite => false;

    public override long Length => input.Length;

    public override long Position
    {
        get => input.Position;
        set => input.Position = value;
    }

    public override int Read(Span<byte> buffer)
    {
        try
        {
            return input.Read(buffer);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new CommandException(
                ExitCodes.Storage, $"cannot read {name}: {IoReason.Of(error)}", "See that it is open, and a file, a pipe or a terminal.");
        }
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override long Seek(long offset, SeekOrigin origin) => input.Seek(offset, origin);

    public override void Flush()
    {
    }

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            input.Dispose();
        }

        base.Dispose(disposing);
    }
}
