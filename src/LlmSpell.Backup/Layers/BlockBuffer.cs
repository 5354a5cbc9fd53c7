using System.Buffers;
using System.IO.Hashing;
using System.Text;
using LlmSpell.State;
using LlmSpell.State.MessagePack;

namespace LlmSpell.Backup;

/// <summary>
/// One block on its way through the pipeline: filled with records by one thread, compressed by another, written by a third. Owns
/// its memory, and is used again and again. Never touched by two threads at once.
/// </summary>
/// <param name="isLarge">Whether it is for blocks of one record over <see cref="LayerLimits.MaxBlockBytes"/>.</param>
internal sealed class BlockBuffer(bool isLarge) : IDisposable
{
    private readonly PooledBuffer _raw = new(isLarge ? 1 : LayerLimits.MaxBlockBytes);
    private byte[] _stored = [];
    private KeySlice _first;
    private KeySlice _last;
    private int _records;
    private int _tombstones;
    private int _storedLength;
    private UInt128 _hash;
    private BlockEntry? _copied;

    internal int RawLength => _raw.Length;

    internal int Records => _records;

    internal ReadOnlySpan<byte> Raw => _raw.Written;

    internal ReadOnlyMemory<byte> Stored => _stored.AsMemory(0, _storedLength);

    /// <summary>What its entries add up to, once it is compressed.</summary>
    internal StateSum Sum { get; private set; }

    /// <summary>Whether it is one of the few for blocks of one large record.</summary>
    internal bool IsLarge => isLarge;

    /// <summary>Ends when the block is compressed, or with what went wrong.</summary>
    internal TaskCompletionSource Compressed { get; private set; } = NewCompletion();

    internal void AddEntry(ReadOnlySpan<byte> scope, ReadOnlySpan<byte> key, long modifiedAt, ReadOnlySpan<byte> value) =>
        Count(RecordFormat.WriteEntry(_raw, scope, key, modifiedAt, value));

    internal void AddTombstone(ReadOnlySpan<byte> scope, ReadOnlySpan<byte> key, long modifiedAt)
    {
        Count(RecordFormat.WriteTombstone(_raw, scope, key, modifiedAt));
        _tombstones++;
    }

    /// <summary>Takes, instead of records, a checked block as another layer of the same codec has it stored.</summary>
    /// <param name="block">It is added up and still has its stored bytes, which are copied.</param>
    /// <param name="entry">What the other layer's index says of it.</param>
    internal void CopyFrom(LoadedBlock block, in BlockEntry entry)
    {
        ReserveStored(block.Stored.Length);
        block.Stored.Span.CopyTo(_stored);
        _storedLength = block.Stored.Length;
        Sum = block.Sum;

        // Of the records only the first and last key are needed here, for the index.
        ReadOnlySpan<RecordSlot> records = block.Records;
        _records = records.Length;
        _copied = entry with { First = Keep(records[0].Name, block.Raw), Last = Keep(records[^1].Name, block.Raw) };
    }

    /// <summary>Compresses the records after checking that a reader will take every one of them, and adds them up.</summary>
    /// <exception cref="StateCorruptException">The store gave something that is no entry.</exception>
    internal void Compress(BlockCodec codec)
    {
        if (_copied is not null)
        {
            return;
        }

        CheckAndAddUp();
        ReserveStored(LayerLimits.MaxStoredBytes(_raw.Length));
        _storedLength = codec.Compress(_raw.Written, _stored);
        _hash = XxHash128.HashToUInt128(_stored.AsSpan(0, _storedLength));
    }

    internal BlockEntry Describe(long offset) => _copied is { } copied
        ? copied with { Offset = offset }
        : new(offset, _storedLength, _raw.Length, _records, _tombstones, _hash, _first, _last);

    /// <summary>Empties it for the next use.</summary>
    internal void Reset()
    {
        _raw.Clear();
        _storedLength = 0;
        _records = 0;
        _tombstones = 0;
        _copied = null;
        Compressed = NewCompletion();
    }

    /// <summary>Gives the memory of the stored bytes back, for others to use; they are gone then.</summary>
    internal void ReturnStored()
    {
        if (_stored.Length > 0)
        {
            BlockArrays.Return(_stored);
            _stored = [];
        }
    }

    public void Dispose()
    {
        _raw.Dispose();
        ReturnStored();
    }

    private static TaskCompletionSource NewCompletion() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private void Count(in KeySlice name)
    {
        if (_records++ == 0)
        {
            _first = name;
        }

        _last = name;
    }

    private void CheckAndAddUp()
    {
        RecordSlot[] slots = ArrayPool<RecordSlot>.Shared.Rent(_records);
        try
        {
            if (RecordFormat.Decode(_raw.Written, slots.AsSpan(0, _records), out _) is { } problem)
            {
                throw new StateCorruptException(
                    $"the state holds something that is no entry, after {KeyText(_first)} and up to {KeyText(_last)}: {problem}",
                    LayerWriter.NotBackedUp);
            }

            Sum = StateSum.Of(_raw.Written, slots.AsSpan(0, _records));
        }
        finally
        {
            ArrayPool<RecordSlot>.Shared.Return(slots);
        }
    }

    private string KeyText(in KeySlice name) =>
        $"{Encoding.UTF8.GetString(name.Scope(_raw.Written))}/{Encoding.UTF8.GetString(name.Key(_raw.Written))}";

    private KeySlice Keep(in KeySlice name, ReadOnlySpan<byte> raw)
    {
        int start = _raw.Length;
        _raw.Write(name.Scope(raw));
        _raw.Write(name.Key(raw));
        return new KeySlice(start, name.ScopeLength, start + name.ScopeLength, name.KeyLength);
    }

    private void ReserveStored(int capacity)
    {
        if (_stored.Length < capacity)
        {
            ReturnStored();
            _stored = BlockArrays.Rent(capacity);
        }
    }
}
