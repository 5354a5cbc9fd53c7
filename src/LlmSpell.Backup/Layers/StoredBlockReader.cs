using System.Buffers.Binary;
using LlmSpell.State.MessagePack;

namespace LlmSpell.Backup;

/// <summary>
/// Finds the blocks of a layer's data file one after another, without its index. Holds one of them, and some bytes behind it. Not thread-safe.
/// </summary>
internal sealed class StoredBlockReader(IRepositoryFile data, LayerCodec codec) : IDisposable
{
    // Enough for most blocks; what is longer is read again.
    private static readonly int[] WindowBytes =
        [256 << 10, LayerLimits.MaxStoredBytes(LayerLimits.MaxBlockBytes), LayerLimits.MaxStoredBytes(LayerLimits.MaxRecordBytes)];

    private byte[] _window = [];
    private long _offset;
    private int _length;

    /// <summary>The present block as it is stored.</summary>
    internal ReadOnlySpan<byte> Stored => _window.AsSpan(0, _length);

    /// <summary>The length of its records before compression, from <see cref="LayerLimits.MinRecordBytes"/> to <see cref="LayerLimits.MaxRecordBytes"/>.</summary>
    internal int RawLength { get; private set; }

    /// <summary>Steps to the next block; false after the last.</summary>
    /// <exception cref="InvalidDataException">What follows is no block.</exception>
    internal async ValueTask<bool> NextAsync(CancellationToken cancellationToken)
    {
        _offset += _length;
        _length = 0;
        if (_offset >= data.Length)
        {
            return false;
        }

        foreach (int size in WindowBytes)
        {
            Reserve((int)Math.Min(size, data.Length - _offset));
            int read = await data.ReadAsync(_offset, _window.AsMemory(0, (int)Math.Min(size, data.Length - _offset)), cancellationToken).ConfigureAwait(false);
            if (TryFind(_window.AsSpan(0, read), isAll: _offset + read == data.Length))
            {
                return true;
            }

            if (_offset + read == data.Length)
            {
                break;
            }
        }

        throw new InvalidDataException($"no block begins at byte {_offset}");
    }

    public void Dispose()
    {
        if (_window.Length > 0)
        {
            BlockArrays.Return(_window);
            _window = [];
        }
    }

    private void Reserve(int length)
    {
        if (_window.Length < length)
        {
            Dispose();
            _window = BlockArrays.Rent(length);
        }
    }

    private bool TryFind(ReadOnlySpan<byte> window, bool isAll)
    {
        (int stored, long raw) = codec switch
        {
            LayerCodec.Zstd => FindZstd(window),
            LayerCodec.Lz4 => FindLz4(window),
            _ => FindPlain(window, isAll),
        };
        if (stored == 0)
        {
            return false;
        }

        if (raw is < LayerLimits.MinRecordBytes or > LayerLimits.MaxRecordBytes)
        {
            throw new InvalidDataException($"the block at byte {_offset} says it has {raw} bytes of records");
        }

        (_length, RawLength) = (stored, (int)raw);
        return true;
    }

    private static unsafe (int Stored, long Raw) FindZstd(ReadOnlySpan<byte> window)
    {
        fixed (byte* start = window)
        {
            nuint length = Zstd.FrameLength(start, (nuint)window.Length);
            ulong raw = Zstd.ContentSize(start, (nuint)window.Length);
            return Zstd.IsError(length) || raw > LayerLimits.MaxRecordBytes ? default : ((int)length, (long)raw);
        }
    }

    private static (int Stored, long Raw) FindLz4(ReadOnlySpan<byte> window)
    {
        const int header = 15;
        int position = header;
        while (position + 4 <= window.Length)
        {
            uint chunk = BinaryPrimitives.ReadUInt32LittleEndian(window[position..]) & 0x7FFF_FFFF;
            position += 4;
            if (chunk == 0)
            {
                // The end, and the checksum of the content.
                return position + 4 <= window.Length ? (position + 4, BinaryPrimitives.ReadInt64LittleEndian(window[6..])) : default;
            }

            if (chunk > window.Length - position)
            {
                break;
            }

            position += (int)chunk;
        }

        return default;
    }

    /// <summary>As many records as a writer puts into one block, or one that is longer.</summary>
    private static (int Stored, long Raw) FindPlain(ReadOnlySpan<byte> window, bool isAll)
    {
        if (!isAll && window.Length < LayerLimits.MaxBlockBytes)
        {
            return default;
        }

        int end = EndOfRecords(window[..Math.Min(window.Length, LayerLimits.MaxBlockBytes)], most: int.MaxValue);
        end = end > 0 ? end : EndOfRecords(window, most: 1);
        return (end, end);
    }

    private static int EndOfRecords(ReadOnlySpan<byte> bytes, int most)
    {
        MessagePackReader reader = new(bytes);
        int end = 0;
        try
        {
            for (int record = 0; record < most && reader.Remaining > 0; record++)
            {
                reader.Skip();
                end = reader.Position;
            }
        }
        catch (MessagePackException)
        {
            // The last one goes on behind the bytes.
        }

        return end;
    }
}
