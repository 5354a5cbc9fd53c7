using System.Buffers.Binary;
using System.Globalization;

namespace LlmSpell.State;

/// <summary>
/// What a whole state adds up to: the XOR of the <see cref="EntryHash"/> of all its live entries. Two states with the same
/// entries have the same fingerprint in whatever order they were written. It finds accidents, not forgery. Immutable.
/// </summary>
/// <param name="Bits">The 128 bits as a number.</param>
public readonly record struct Fingerprint(UInt128 Bits)
{
    /// <summary>The length of the stored form, in bytes.</summary>
    public const int Size = 16;

    /// <summary>The fingerprint of the empty state.</summary>
    public static Fingerprint Empty => default;

    /// <summary>Adds an entry, or takes it away: both are the same operation.</summary>
    public Fingerprint Toggle(EntryHash hash) => new(Bits ^ hash.Bits);

    /// <summary>Reads the stored form.</summary>
    /// <exception cref="ArgumentException">It is not 16 bytes long.</exception>
    public static Fingerprint Read(ReadOnlySpan<byte> bytes)
    {
        return bytes.Length == Size
            ? new Fingerprint(BinaryPrimitives.ReadUInt128BigEndian(bytes))
            : throw new ArgumentException($"A fingerprint is {Size} bytes long, not {bytes.Length}.", nameof(bytes));
    }

    /// <summary>Reads 32 hexadecimal digits.</summary>
    public static bool TryParse(string? text, out Fingerprint fingerprint)
    {
        fingerprint = default;
        if (text is not { Length: 32 } || !UInt128.TryParse(text, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out UInt128 bits))
        {
            return false;
        }

        fingerprint = new Fingerprint(bits);
        return true;
    }

    /// <summary>Writes the stored form into the first 16 bytes of <paramref name="destination"/>.</summary>
    public void Write(Span<byte> destination) => BinaryPrimitives.WriteUInt128BigEndian(destination, Bits);

    /// <summary>32 lower-case hexadecimal digits.</summary>
    public override string ToString() => Bits.ToString("x32", CultureInfo.InvariantCulture);
}
