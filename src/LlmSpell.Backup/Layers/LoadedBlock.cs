using System.Buffers;

namespace LlmSpell.Backup;

/// <summary>
/// One block as it came from the storage: its bytes, and its records if they are what was written. Owns rented memory until disposed.
/// </summary>
internal sealed class LoadedBlock : IDisposable
{
    private byte[] _stored;
    private byte[] _raw = [];
    private RecordSlot[] _slots = [];
    private int _storedLength;
    private int _records;

    /// <param name="number">Its number in the layer, from 0.</param>
    /// <param name="length">How many bytes it has in the data file.</param>
    internal LoadedBlock(int number, int length)
    {
        Number = number;
        _stored = ArrayPool<byte>.Shared.Rent(length);
        _storedLength = length;
    }

    internal int Number { get; }

    /// <summary>What is wrong with it; it has no records then.</summary>
    internal BackupDamagedException? Damage { get; private set; }

    internal Memory<byte> Stored => _stored.AsMemory(0, _storedLength);

    internal ReadOnlySpan<byte> Raw => _raw;

    internal ReadOnlySpan<RecordSlot> Records => _slots.AsSpan(0, _records);

    /// <summary>Keeps only the bytes that could be read.</summary>
    internal void CutTo(int length) => _storedLength = length;

    /// <summary>Takes memory for the records; both spans are exactly as long as asked for.</summary>
    internal void RentRecords(int rawLength, int records, out Span<byte> raw, out Span<RecordSlot> slots)
    {
        _raw = ArrayPool<byte>.Shared.Rent(rawLength);
        _slots = ArrayPool<RecordSlot>.Shared.Rent(records);
        _records = records;
        raw = _raw.AsSpan(0, rawLength);
        slots = _slots.AsSpan(0, records);
    }

    internal void MarkDamaged(BackupDamagedException damage)
    {
        Damage = damage;
        _records = 0;
    }

    /// <summary>Gives the stored bytes back, which nobody needs once they are hashed.</summary>
    internal void ReleaseStored()
    {
        Return(ref _stored);
        _storedLength = 0;
    }

    public void Dispose()
    {
        ReleaseStored();
        Return(ref _raw);
        Return(ref _slots);
        _records = 0;
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
