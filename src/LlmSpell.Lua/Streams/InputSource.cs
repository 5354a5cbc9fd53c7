using System.Buffers;

namespace LlmSpell.Lua.Streams;

/// <summary>Reads one standard stream as Lua's <c>file:read</c> does. What was written so far is sent before a read can wait.</summary>
internal sealed class InputSource(Stream stream, OutputSink output)
{
    internal const int End = -1;

    private readonly byte[] _buffer = new byte[16 * 1024];
    private readonly ArrayBufferWriter<byte> _result = new(256);
    private int _position;
    private int _count;

    /// <summary>The next byte without taking it, or <see cref="End"/>.</summary>
    internal int Peek() => _position < _count || Fill() ? _buffer[_position] : End;

    internal void Skip() => _position++;

    /// <summary>A line, or null at the end. Valid until the next call.</summary>
    internal bool TryReadLine(bool keepEnd, out ReadOnlySpan<byte> line)
    {
        _result.ResetWrittenCount();
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
        _result.ResetWrittenCount();
        while (Peek() != End)
        {
            Take(_count - _position);
        }

        return _result.WrittenSpan;
    }

    /// <summary>Up to so many bytes; false at the end. Valid until the next call.</summary>
    internal bool TryRead(long count, out ReadOnlySpan<byte> bytes)
    {
        _result.ResetWrittenCount();
        bool any = Peek() != End;
        while (_result.WrittenCount < count && Peek() != End)
        {
            Take((int)Math.Min(_count - _position, count - _result.WrittenCount));
        }

        bytes = _result.WrittenSpan;
        return any;
    }

    private void Take(int count)
    {
        _result.Write(_buffer.AsSpan(_position, count));
        _position += count;
    }

    private bool Fill()
    {
        output.Flush();
        _position = 0;
        _count = 0;
        _count = stream.Read(_buffer);
        return _count > 0;
    }
}
