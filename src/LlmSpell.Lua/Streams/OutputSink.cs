namespace LlmSpell.Lua.Streams;

/// <summary>
/// The one way out for everything a script writes to one stream, so that print, io.write and io.stdout keep their order.
/// </summary>
/// <remarks>
/// The script's thread writes; another one may flush when the script is to end. So a whole call is written under
/// <see cref="Gate"/>: what the other thread sends ends with a whole call, and nothing is sent twice.
/// </remarks>
internal sealed class OutputSink(Stream stream, OutputBuffering buffering)
{
    private const int Capacity = 32 * 1024;

    private byte[] _buffer = [];
    private int _count;

    internal Lock Gate { get; } = new();

    internal OutputBuffering Buffering { get; set; } = buffering;

    internal void Write(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > _buffer.Length - _count && !MakeRoom(bytes.Length))
        {
            stream.Write(bytes);
            return;
        }

        bytes.CopyTo(_buffer.AsSpan(_count));
        _count += bytes.Length;
    }

    /// <summary>Ends one call of a script: sends what the buffering does not hold back.</summary>
    /// <param name="start">The value of <see cref="Mark"/> before the call.</param>
    internal void EndCall(int start)
    {
        bool send = Buffering switch
        {
            OutputBuffering.None => true,
            OutputBuffering.Line => start > _count || _buffer.AsSpan(start, _count - start).Contains((byte)'\n'),
            _ => false,
        };
        if (send)
        {
            Flush();
        }
    }

    internal int Mark => _count;

    internal void Flush()
    {
        lock (Gate)
        {
            Send();
            stream.Flush();
        }
    }

    /// <summary>Whether the buffer takes so many bytes once what is in it was sent.</summary>
    private bool MakeRoom(int count)
    {
        Send();
        if (count >= Capacity)
        {
            return false;
        }

        if (_buffer.Length == 0)
        {
            _buffer = new byte[Capacity];
        }

        return true;
    }

    private void Send()
    {
        if (_count == 0)
        {
            return;
        }

        // Dropped before they are sent: after a failure they must not come a second time.
        int count = _count;
        _count = 0;
        stream.Write(_buffer.AsSpan(0, count));
    }
}
