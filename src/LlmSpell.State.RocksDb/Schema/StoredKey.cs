using LlmSpell.State.RocksDb.Errors;

namespace LlmSpell.State.RocksDb.Schema;

/// <summary>
/// A key as RocksDB has it: "scope NUL key". NUL sorts before every byte of a scope, so RocksDB's order of bytes is that of scope, then key.
/// </summary>
internal static class StoredKey
{
    internal const int MaxSize = StateKey.MaxScopeBytes + 1 + StateKey.MaxKeyBytes;

    /// <summary>Where the NUL is.</summary>
    /// <exception cref="StateCorruptException">It is no key.</exception>
    internal static int Split(ReadOnlySpan<byte> stored, string folder)
    {
        int length = stored.IndexOf((byte)0);
        return length > 0 && length <= StateKey.MaxScopeBytes && stored.Length - length - 1 is > 0 and <= StateKey.MaxKeyBytes
            ? length
            : throw RocksDbErrors.Corrupt($"The state in {folder} has an entry whose name is none: {Convert.ToHexStringLower(stored[..Math.Min(stored.Length, 64)])}.");
    }

    /// <summary>A place in the order of keys.</summary>
    internal static byte[] Of(KeyBound bound) => [.. bound.Scope.Span, 0, .. bound.Key.Span];
}
