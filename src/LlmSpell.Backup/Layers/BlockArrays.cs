using System.Buffers;

namespace LlmSpell.Backup;

/// <summary>
/// Memory for blocks. Large arrays, each for one large record, come from a pool of a few: the shared one would keep some for each thread that
/// ever gave one back. Thread-safe.
/// </summary>
internal static class BlockArrays
{
    private const int MaxShared = 2 * LayerLimits.MaxBlockBytes;
    private const int KeptOfEachSize = 2;

    private static readonly ArrayPool<byte> Large = ArrayPool<byte>.Create(LayerLimits.MaxStoredBytes(LayerLimits.MaxRecordBytes), KeptOfEachSize);

    internal static byte[] Rent(int length) => (length > MaxShared ? Large : ArrayPool<byte>.Shared).Rent(length);

    internal static void Return(byte[] array) => (array.Length > MaxShared ? Large : ArrayPool<byte>.Shared).Return(array);
}
