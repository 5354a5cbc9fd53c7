using System.Buffers;
using LlmSpell.State;

namespace LlmSpell.Backup;

/// <summary>
/// One block as it came from the storage: its bytes, and its records if they are what was written. Owns rented memory until disposed.
/// </summary>
internal sealed class LoadedBlock : IDisposable
{
    private byte[] _stored;
    private byte[] _raw = [];
    private RecordSlot[] _slots = [];
    private EntryHash[] _hashes = [];
    private int _storedLength;
    private int _records;

    /// <param name="number">Its number in the layer, from 0.</param>
    /// <param name="length">How many bytes it has in the data file.</param>
    internal LoadedBlock(int number, int length)
    {
        Number = number;
        _stored = BlockArrays.Rent(length);
        _storedLength = length;
    }

    internal int Number { get; }

    /// <summary>What is wrong with it; it has no records then.</summary>
    internal BackupDamagedException? Damage { get; private set; }

    internal Memory<byte> Stored => _stored.AsMemory(0, _storedLength);

    internal ReadOnlySpan<byte> Raw => _raw;

    /// <summary>Whether its records' bytes are still there.</summary>
    internal bool HasBytes => _raw.Length > 0;

    internal ReadOnlySpan<RecordSlot> Records => _slots.AsSpan(0, _records);

    /// <summary>The hash of each record's entry, <see cref="EntryHash.None"/> for a tombstone; none before <see cref="AddUp"/>.</summary>
    internal ReadOnlySpan<EntryHash> Hashes => _hashes.AsSpan(0, Math.Min(_records, _hashes.Length));

    /// <summary>What all its entries add up to; nothing before <see cref="AddUp"/>.</summary>
    internal StateSum Sum { get; private set; }

    internal ReadOnlySpan<byte> Scope(int record) => _slots[record].Name.Scope(_raw);

    internal ReadOnlySpan<byte> Key(int record) => _slots[record].Name.Key(_raw);

    /// <summary>The value's bytes; none for a tombstone.</summary>
    internal ReadOnlySpan<byte> Value(int record)
    {
        RecordSlot slot = _slots[record];
        return slot.IsTombstone ? [] : _raw.AsSpan(slot.ValueStart, slot.ValueLength);
    }

    /// <summary>How many bytes a record takes, if it is written in the shortest form.</summary>
    internal long LengthOf(int record)
    {
        RecordSlot slot = _slots[record];
        return RecordFormat.Length(slot.Name.ScopeLength, slot.Name.KeyLength, slot.ModifiedAt, slot.IsTombstone ? 0 : slot.ValueLength);
    }

    /// <summary>Keeps only the bytes that could be read.</summary>
    internal void CutTo(int length) => _storedLength = length;

    /// <summary>Takes memory for the records; both spans are exactly as long as asked for.</summary>
    internal void RentRecords(int rawLength, int records, out Span<byte> raw, out Span<RecordSlot> slots)
    {
        _raw = BlockArrays.Rent(rawLength);
        _slots = ArrayPool<RecordSlot>.Shared.Rent(records);
        _records = records;
        raw = _raw.AsSpan(0, rawLength);
        slots = _slots.AsSpan(0, records);
    }

    /// <summary>Hashes every entry anew: on the thread that loaded the block, so that all cores share the work.</summary>
    internal void AddUp()
    {
        _hashes = ArrayPool<EntryHash>.Shared.Rent(_records);
        StateSum sum = default;
        for (int i = 0; i < _records; i++)
        {
            _hashes[i] = EntryHash.None;
            if (!_slots[i].IsTombstone)
            {
                _hashes[i] = _slots[i].Hash(_raw);
                sum.Add(_hashes[i]);
            }
        }

        Sum = sum;
    }

    /// <summary>What some of its entries add up to.</summary>
    internal StateSum SumOf(int start, int count)
    {
        StateSum sum = default;
        for (int i = start; i < start + count; i++)
        {
            if (!_slots[i].IsTombstone)
            {
                sum.Add(_hashes[i]);
            }
        }

        return sum;
    }

    /// <summary>The first record after one that does not lie before a key; searched in steps that double, since runs are long or short.</summary>
    /// <param name="record">Lies before the key.</param>
    /// <param name="scope">The key's scope.</param>
    /// <param name="key">The key.</param>
    internal int EndOfRun(int record, ReadOnlySpan<byte> scope, ReadOnlySpan<byte> key)
    {
        int before = record;
        int step = 1;
        while (before + step < _records && StateKey.Compare(Scope(before + step), Key(before + step), scope, key) < 0)
        {
            before += step;
            step *= 2;
        }

        int after = Math.Min(before + step, _records);
        while (before + 1 < after)
        {
            int middle = before + ((after - before) / 2);
            if (StateKey.Compare(Scope(middle), Key(middle), scope, key) < 0)
            {
                before = middle;
            }
            else
            {
                after = middle;
            }
        }

        return after;
    }

    internal void MarkDamaged(BackupDamagedException damage)
    {
        Damage = damage;
        _records = 0;
    }

    /// <summary>Gives the stored bytes back, which nobody needs once they are hashed.</summary>
    internal void ReleaseStored()
    {
        ReturnBytes(ref _stored);
        _storedLength = 0;
    }

    /// <summary>Gives the records' bytes back; what <see cref="AddUp"/> has found of them stays.</summary>
    internal void ReleaseBytes() => ReturnBytes(ref _raw);

    public void Dispose()
    {
        ReleaseStored();
        ReleaseBytes();
        Return(ref _slots);
        Return(ref _hashes);
        _records = 0;
    }

    private static void ReturnBytes(ref byte[] array)
    {
        byte[] rented = array;
        array = [];
        if (rented.Length > 0)
        {
            BlockArrays.Return(rented);
        }
    }

    private static void Return<T>(ref T[] array)
    {
        T[] rented = array;
        array = [];
        if (rented.Length > 0)
        {
            ArrayPool<T>.Shared.Return(rented);
        }
    }
}
