using System.Runtime.CompilerServices;
using LlmSpell.State.Sqlite.Native;

namespace LlmSpell.State.Sqlite.Files;

/// <summary>
/// A piece of the log in memory, for reading it through: as a checkpoint does, and a commit that writes its checksums anew because a page
/// was written twice. SQLite reads one page a call there, and the commit writes as many headers.
/// </summary>
/// <remarks>
/// Whoever uses it makes sure that nobody else may change the log meanwhile. What was changed in it is written back in one piece.
/// </remarks>
internal unsafe struct LogWindow
{
    /// <summary>How far ahead of the last page another may be and still count as read through, in bytes.</summary>
    private const int Near = 64 << 10;

    private byte* _bytes;
    private long _start;
    private int _length;
    private int _changedFrom;
    private int _changedTo;
    private long _last;

    internal readonly bool IsOpen => _length > 0;

    /// <summary>Reads through the window, which moves there if the last reads came near.</summary>
    /// <param name="file">The log.</param>
    /// <param name="original">SQLite's methods for it.</param>
    /// <param name="buffer">Room for the window, which is the window's until it is closed.</param>
    /// <param name="capacity">How much room.</param>
    /// <param name="bytes">Where to.</param>
    /// <param name="count">How many bytes.</param>
    /// <param name="offset">Where from.</param>
    /// <returns>A result code.</returns>
    internal int Read(nint file, IoMethods* original, byte* buffer, int capacity, byte* bytes, int count, long offset)
    {
        if (!Contains(count, offset))
        {
            long distance = offset - _last;
            _last = offset;
            int code = WriteBack(file, original);
            if (code != ResultCode.Ok)
            {
                return code;
            }

            if (distance is <= 0 or > Near || !MoveTo(file, original, buffer, capacity, count, offset))
            {
                return original->Read(file, bytes, count, offset);
            }
        }

        _last = offset;
        Unsafe.CopyBlockUnaligned(bytes, _bytes + (offset - _start), (uint)count);
        return ResultCode.Ok;
    }

    /// <summary>Changes bytes in the window; false if they do not lie in it.</summary>
    internal bool TryWrite(byte* bytes, int count, long offset)
    {
        if (!Contains(count, offset))
        {
            return false;
        }

        int from = (int)(offset - _start);
        Unsafe.CopyBlockUnaligned(_bytes + from, bytes, (uint)count);
        _changedFrom = _changedTo == 0 ? from : Math.Min(_changedFrom, from);
        _changedTo = Math.Max(_changedTo, from + count);
        return true;
    }

    /// <summary>Writes what was changed.</summary>
    internal int WriteBack(nint file, IoMethods* original)
    {
        if (_changedTo == 0)
        {
            return ResultCode.Ok;
        }

        int code = original->Write(file, _bytes + _changedFrom, _changedTo - _changedFrom, _start + _changedFrom);
        _changedTo = 0;
        return code;
    }

    /// <summary>Forgets what it holds, with changes that were not written back.</summary>
    internal void Close()
    {
        _length = 0;
        _changedTo = 0;
        _last = long.MaxValue;
    }

    private readonly bool Contains(int count, long offset) => offset >= _start && offset + count <= _start + _length;

    // Never beyond the end: SQLite takes a short read for an error of the medium.
    private bool MoveTo(nint file, IoMethods* original, byte* buffer, int capacity, int count, long offset)
    {
        long length;
        _length = 0;
        if (count > capacity || original->FileSize(file, &length) != ResultCode.Ok || length - offset < count)
        {
            return false;
        }

        int take = (int)Math.Min(capacity, length - offset);
        if (original->Read(file, buffer, take, offset) != ResultCode.Ok)
        {
            return false;
        }

        _bytes = buffer;
        _start = offset;
        _length = take;
        return true;
    }
}
