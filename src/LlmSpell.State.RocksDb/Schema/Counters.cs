using System.Buffers.Binary;
using System.Globalization;
using LlmSpell.State.RocksDb.Errors;

namespace LlmSpell.State.RocksDb.Schema;

/// <summary>What every commit changes of a store's description.</summary>
/// <param name="Sequence">The number of the last change.</param>
/// <param name="PrunedThrough">The last change that is no longer in the log.</param>
/// <param name="Entries">How many live entries there are.</param>
/// <param name="Fingerprint">What they add up to.</param>
internal readonly record struct Counters(long Sequence, long PrunedThrough, long Entries, Fingerprint Fingerprint)
{
    internal const int Size = (3 * sizeof(long)) + State.Fingerprint.Size;

    /// <summary>Under which key they lie in the default family.</summary>
    internal static ReadOnlySpan<byte> Key => "counters"u8;

    internal static Counters Read(ReadOnlySpan<byte> bytes, string folder) => bytes.Length == Size
        ? new Counters(
            BinaryPrimitives.ReadInt64LittleEndian(bytes),
            BinaryPrimitives.ReadInt64LittleEndian(bytes[8..]),
            BinaryPrimitives.ReadInt64LittleEndian(bytes[16..]),
            Fingerprint.Read(bytes[24..]))
        : throw RocksDbErrors.Corrupt($"The state in {folder} has lost the counters that say what it holds.");

    internal void Write(Span<byte> bytes)
    {
        BinaryPrimitives.WriteInt64LittleEndian(bytes, Sequence);
        BinaryPrimitives.WriteInt64LittleEndian(bytes[8..], PrunedThrough);
        BinaryPrimitives.WriteInt64LittleEndian(bytes[16..], Entries);
        Fingerprint.Write(bytes[24..]);
    }

    internal static StateVersion VersionOf(long sequence) => new(sequence.ToString(CultureInfo.InvariantCulture));

    internal static bool TryParse(StateVersion version, out long sequence) =>
        long.TryParse(version.Token, NumberStyles.None, CultureInfo.InvariantCulture, out sequence);
}
