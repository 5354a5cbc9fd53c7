using LlmSpell.State.MessagePack;

namespace LlmSpell.Backup;

/// <summary>What a layer's index says of one block. Immutable.</summary>
/// <param name="Offset">Where it begins in the data file.</param>
/// <param name="Length">How many bytes it has there.</param>
/// <param name="RawLength">How many bytes its records have before compression.</param>
/// <param name="Records">How many records it has, tombstones included.</param>
/// <param name="Tombstones">How many of them are tombstones.</param>
/// <param name="Hash">The XXH3-128 of the stored bytes.</param>
/// <param name="First">Where the index has the key of its first record.</param>
/// <param name="Last">Where the index has the key of its last record.</param>
internal readonly record struct BlockEntry(
    long Offset,
    int Length,
    int RawLength,
    int Records,
    int Tombstones,
    UInt128 Hash,
    KeySlice First,
    KeySlice Last);

/// <summary>Where a key lies within some bytes.</summary>
internal readonly record struct KeySlice(int ScopeStart, int ScopeLength, int KeyStart, int KeyLength)
{
    internal ReadOnlySpan<byte> Scope(ReadOnlySpan<byte> bytes) => bytes.Slice(ScopeStart, ScopeLength);

    internal ReadOnlySpan<byte> Key(ReadOnlySpan<byte> bytes) => bytes.Slice(KeyStart, KeyLength);

    /// <summary>Reads a scope and a key, as two strings.</summary>
    internal static KeySlice Read(ref MessagePackReader reader)
    {
        int scopeLength = reader.ReadString().Length;
        int scopeStart = reader.Position - scopeLength;
        int keyLength = reader.ReadString().Length;
        return new KeySlice(scopeStart, scopeLength, reader.Position - keyLength, keyLength);
    }
}
