using LlmSpell.State;

namespace LlmSpell.Backup;

/// <summary>The limits of a layer's files. Part of the format: see docs/format.md.</summary>
internal static class LayerLimits
{
    /// <summary>A block with more than one record is no longer than this before compression.</summary>
    internal const int MaxBlockBytes = 1 << 20;

    /// <summary>The shortest record: array, scope of one byte, key of one byte, time.</summary>
    internal const int MinRecordBytes = 1 + 2 + 2 + 1;

    /// <summary>The longest record: array, scope, key and time in their longest forms, and the longest value.</summary>
    internal const int MaxRecordBytes = 1 + 2 + StateKey.MaxScopeBytes + 3 + StateKey.MaxKeyBytes + 9 + StateValue.MaxBytes;

    /// <summary>About 4 TiB of records in full blocks.</summary>
    internal const int MaxBlocks = 1 << 22;

    internal const int MaxIndexBytes = 256 << 20;

    /// <summary>256 TiB: the most blocks of the longest records. So no sum over the layers of a manifest overflows.</summary>
    internal const long MaxLayerBytes = 1L << 48;

    /// <summary>No codec makes a block longer than this, however badly it compresses.</summary>
    internal static int MaxStoredBytes(int rawBytes) => rawBytes + (rawBytes >> 7) + 512;
}
