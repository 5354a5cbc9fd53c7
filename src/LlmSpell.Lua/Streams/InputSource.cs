using System.Buffers;

namespace LlmSpell.Lua.Streams;

/// <summary>Reads a stream as Lua's <c>file:read</c> does.</summary>
/// <param name="stream">Where the bytes come from.</param>
/// <param name="output">What is sent before a read can wait, so that a prompt is seen; null: nothing.</param>
/// <param name="limit">How many bytes one result may have.</param>
internal sealed class InputSource(Stream stream, OutputSink? output, long limit)
{
    internal const int End = -1;

    private const int Capacity = 16 * 1024;
    private const int LargestKept = 1024 * 1024;

    private byte[] _buffer = [];
    private ArrayBufferWriter<byte> _result = new(256);
    private int _position;
    private int _count;

    /// <summary>How many bytes were taken from the stream that no read has taken.</summary>
    internal int Unread => _count - _position;

    /// <summary>The next byte without taking it, or <see cref="End"/>.</summary>
    internal int Peek() => _position < _count || Fill() ? _buffer[_position] : End;

    internal void Skip() => _position++;

    /// <summary>Forgets what no read has taken.</summary>
    internal void Discard() => _position = _count = 0;

    /// <summary>A line, or null at the end. Valid until the next call.</summary>
    internal bool TryReadLine(bool keepEnd, out ReadOnlySpan<byte> line)
    {
        Begin();
        bool any = false;
        while (Peek() != End)
        {
            any = true;
            ReadOnlySpan<byte> available = _buffer.AsSpan(_position, _count - _position);
            int end = available.IndexOf((byte)'\n');
            if (end < 0)
            {
                Take(available.Length);
                continue;
            }

            _position += end + 1;
            available = available[..(keepEnd ? end + 1 : end)];
            if (_result.WrittenCount == 0)
            {
                line = available;
                return true;
            }

            _result.Write(available);
            break;
        }

        line = _result.WrittenSpan;
        return any;
    }

    /// <summary>Everything that is left, perhaps nothing. Valid until the next call.</summary>
    internal ReadOnlySpan<byte> ReadAll()
    {
        Begin();
        while (Peek() != End)
        {
            Take(_count - _position);
        }

        return _result.WrittenSpan;
    }

    /// <summary>Up to so many bytes; false at the end. Valid until the next call.</summary>
    internal bool TryRead(long count, out ReadOnlySpan<byte> bytes)
    {
        Begin();
        bool any = Peek() != End;
        while (_result.WrittenCount < count && Peek() != End)
        {
            Take((int)Math.Min(_count - _position, count - _result.WrittenCount));
        }

        bytes = _result.WrittenSpan;
        return any;
    }

    private void Begin()
    {
        if (_result.Capacity > LargestKept)
        {
            _result = new ArrayBufferWriter<byte>(256);
        }

        _result.ResetWrittenCount();
    }

    private void Take(int count)
    {
        if (count > limit - _result.WrittenCount)
        {
            throw new InsufficientMemoryException();
        }

        _result.Write(_buffer.AsSpan(_position, count));
        _position += count;
    }

    private bool Fill()
    {
        output?.Flush();
        Discard();
        if (_buffer.Length == 0)
        {
            _buffer = new byte[Capacity];
        }

        _count = stream.Read(_buffer);
        return _count > 0;
    }
}
