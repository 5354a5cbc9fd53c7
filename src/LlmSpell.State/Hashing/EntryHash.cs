using System.Buffers.Binary;
using System.Globalization;
using System.IO.Hashing;
using System.Runtime.CompilerServices;

namespace LlmSpell.State;

/// <summary>
/// The hash of one entry: XXH3-128 (https://xxhash.com, version 0.8) of scope, NUL, key, NUL, value bytes.
/// Zero stands for "no entry". It finds accidents, not forgery. Immutable.
/// </summary>
/// <param name="Bits">The hash, as the number whose big-endian bytes are the canonical form of XXH128.</param>
public readonly record struct EntryHash(UInt128 Bits)
{
    /// <summary>The length of the canonical form, in bytes.</summary>
    public const int Size = 16;

    private const int SmallBytes = 1024;

    [ThreadStatic]
    private static XxHash128? _hasher;

    /// <summary>Stands where there was no entry.</summary>
    public static EntryHash None => default;

    /// <summary>The hash of an entry.</summary>
    [SkipLocalsInit]
    public static EntryHash Of(ReadOnlySpan<byte> scope, ReadOnlySpan<byte> key, ReadOnlySpan<byte> value)
    {
        int length = scope.Length + key.Length + value.Length + 2;
        if (length > SmallBytes)
        {
            return OfLarge(scope, key, value);
        }

        // One piece is hashed faster than five, by more than the copy takes.
        Span<byte> whole = stackalloc byte[SmallBytes];
        scope.CopyTo(whole);
        whole[scope.Length] = 0;
        key.CopyTo(whole[(scope.Length + 1)..]);
        whole[scope.Length + 1 + key.Length] = 0;
        value.CopyTo(whole[(scope.Length + key.Length + 2)..]);
        return new EntryHash(XxHash128.HashToUInt128(whole[..length]));
    }

    /// <summary>The hash of an entry.</summary>
    public static EntryHash Of(StateKey key, ReadOnlySpan<byte> value) => Of(key.Scope, key.Key, value);

    /// <summary>Reads the canonical form.</summary>
    /// <exception cref="ArgumentException">It is not 16 bytes long.</exception>
    public static EntryHash Read(ReadOnlySpan<byte> bytes)
    {
        return bytes.Length == Size
            ? new EntryHash(BinaryPrimitives.ReadUInt128BigEndian(bytes))
            : throw new ArgumentException($"An entry's hash is {Size} bytes long, not {bytes.Length}.", nameof(bytes));
    }

    /// <summary>Writes the canonical form into the first 16 bytes of <paramref name="destination"/>.</summary>
    public void Write(Span<byte> destination) => BinaryPrimitives.WriteUInt128BigEndian(destination, Bits);

    /// <summary>32 lower-case hexadecimal digits.</summary>
    public override string ToString() => Bits.ToString("x32", CultureInfo.InvariantCulture);

    private static EntryHash OfLarge(ReadOnlySpan<byte> scope, ReadOnlySpan<byte> key, ReadOnlySpan<byte> value)
    {
        ReadOnlySpan<byte> separator = [0];
        XxHash128 hasher = _hasher ??= new XxHash128();
        hasher.Reset();
        hasher.Append(scope);
        hasher.Append(separator);
        hasher.Append(key);
        hasher.Append(separator);
        hasher.Append(value);
        return new EntryHash(hasher.GetCurrentHashAsUInt128());
    }
}
