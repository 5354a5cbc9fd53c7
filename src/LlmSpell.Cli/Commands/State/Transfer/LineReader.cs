namespace LlmSpell.Cli.Commands.State.Transfer;

/// <summary>Cuts a stream into lines. Memory grows with the longest line only. Not thread-safe; the caller closes the stream.</summary>
/// <param name="input">What is read.</param>
/// <param name="longest">The longest line taken, in bytes.</param>
internal sealed class LineReader(Stream input, int longest)
{
    private const int FirstSize = 256 * 1024;

    private byte[] _buffer = new byte[FirstSize];
    private int _start;
    private int _end;
    private bool _atEnd;

    /// <summary>The number of the present line, from 1.</summary>
    public long Number { get; private set; }

    /// <summary>How many bytes were taken from the stream.</summary>
    public long BytesRead { get; private set; }

    /// <summary>The next line without its end; it stays valid until the next call. The last one may have no end.</summary>
    /// <returns>False after the last one.</returns>
    /// <exception cref="InvalidDataException">The line is too long.</exception>
    public bool TryRead(out ReadOnlySpan<byte> line)
    {
        int searched = 0;
        while (true)
        {
            ReadOnlySpan<byte> rest = _buffer.AsSpan(_start, _end - _start);
            int length = rest[searched..].IndexOf((byte)'\n');
            if (length >= 0)
            {
                line = rest[..(searched + length)];
                _start += line.Length + 1;
                Number++;
                return true;
            }

            if (_atEnd)
            {
                line = rest;
                _start = _end;
                Number += rest.IsEmpty ? 0 : 1;
                return !rest.IsEmpty;
            }

            searched = rest.Length;
            if (searched > longest)
            {
                Number++;
                throw new InvalidDataException("the line is too long");
            }

            Fill();
        }
    }

    private void Fill()
    {
        if (_start > 0)
        {
            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
            _end -= _start;
            _start = 0;
        }

        if (_end == _buffer.Length)
        {
            Array.Resize(ref _buffer, (int)Math.Min(2L * _buffer.Length, Array.MaxLength));
        }

        int count = input.Read(_buffer.AsSpan(_end));
        _end += count;
        BytesRead += count;
        _atEnd = count == 0;
    }
}
