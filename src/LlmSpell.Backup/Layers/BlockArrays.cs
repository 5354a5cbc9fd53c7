using System.Buffers;

namespace LlmSpell.Backup;

/// <summary>
/// Memory for blocks. Large arrays, each for one large record, come from a pool that is limited by its bytes: the shared one would keep some of each
/// size for each thread that ever gave one back. Thread-safe.
/// </summary>
internal static class BlockArrays
{
    private const int MaxShared = 2 * LayerLimits.MaxBlockBytes;

    private static readonly LargeArrays Large = new(maxKeptBytes: 40 << 20);

    internal static byte[] Rent(int length) => length > MaxShared ? Large.Rent(length) : ArrayPool<byte>.Shared.Rent(length);

    internal static void Return(byte[] array)
    {
        if (array.Length > MaxShared)
        {
            Large.Return(array);
        }
        else
        {
            ArrayPool<byte>.Shared.Return(array);
        }
    }
}
