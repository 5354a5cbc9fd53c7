using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;

namespace LlmSpell.State.Sqlite.Reading;

/// <summary>
/// Walks the rows of a scan, of which a <see cref="RowGatherer"/> takes none in the first step and then ever more: who wants one row pays for one.
/// Not thread-safe.
/// </summary>
internal sealed class GatheredRows(RowGatherer gatherer, EntryRow rows) : IDisposable
{
    private const int MinBytes = 4 << 10;

    // What was taken is still in the processor's cache when it is read.
    private const int MaxBytes = 64 << 10;

    private byte[] _buffer = [];
    private int _nextCapacity;
    private int _length;
    private int _start;
    private int _end;
    private GatheredRow _row;

    // Whether the statement stands on a row behind those that were taken; null: it is to be stepped.
    private bool? _isBehind;
    private ExceptionDispatchInfo? _failure;

    /// <summary>Whether it stands on a row that was taken; otherwise the statement itself stands on the row.</summary>
    internal bool IsOnTaken => _start < _end;

    internal long ModifiedAt => _row.ModifiedAt;

    internal ReadOnlySpan<byte> Scope => Part(0, _row.ScopeLength);

    internal ReadOnlySpan<byte> Key => Part(_row.ScopeLength, _row.KeyLength);

    internal ReadOnlySpan<byte> Hash => Part(_row.ScopeLength + _row.KeyLength, _row.HashLength);

    internal ReadOnlySpan<byte> Value => Part(_row.ScopeLength + _row.KeyLength + _row.HashLength, _row.ValueLength);

    /// <summary>Goes to the next row; false after the last.</summary>
    internal bool Step()
    {
        if (ToNextTaken())
        {
            return true;
        }

        if (_isBehind is null)
        {
            _isBehind = Fill();
            if (ToNextTaken())
            {
                return true;
            }
        }

        _failure?.Throw();
        bool onRow = _isBehind.Value;
        _isBehind = null;
        return onRow;
    }

    public void Dispose()
    {
        _start = _end = _length = 0;
        GiveBack();
    }

    private bool ToNextTaken()
    {
        _start = _end;
        if (_start == _length)
        {
            return false;
        }

        _row = MemoryMarshal.Read<GatheredRow>(_buffer.AsSpan(_start));
        _end = _start + _row.Length;
        return true;
    }

    /// <summary>Steps the statement. A failure behind rows that were taken waits until they were walked.</summary>
    private bool Fill()
    {
        _start = _end = _length = 0;
        Span<byte> buffer = Buffer(_nextCapacity);
        _nextCapacity = Math.Clamp(_nextCapacity * 2, MinBytes, MaxBytes);
        try
        {
            return gatherer.Step(rows, buffer, out _length);
        }
        catch (StateException e)
        {
            // Not in a filter, which would run before the length is there.
            if (_length == 0)
            {
                throw;
            }

            _failure = ExceptionDispatchInfo.Capture(e);
            return false;
        }
    }

    private Span<byte> Buffer(int length)
    {
        if (_buffer.Length < length)
        {
            GiveBack();
            _buffer = ArrayPool<byte>.Shared.Rent(length);
        }

        return _buffer.AsSpan(0, length);
    }

    private void GiveBack()
    {
        byte[] buffer = _buffer;
        _buffer = [];
        if (buffer.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private ReadOnlySpan<byte> Part(int offset, int length) =>
        _buffer.AsSpan(_start + Unsafe.SizeOf<GatheredRow>() + offset, length);
}
