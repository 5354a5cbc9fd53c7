using System.Buffers.Binary;
using System.IO.Hashing;
using LlmSpell.State;

namespace LlmSpell.Backup;

/// <summary>
/// What records add up to, in whatever order: how many, and the XOR over all of their hashes. Unlike a fingerprint it tells
/// tombstones from entries and knows their times. It finds accidents, not forgery.
/// </summary>
internal record struct RecordSum(UInt128 Bits, long Records)
{
    /// <param name="hash">The hash of scope, key and value; of no value for a tombstone.</param>
    /// <param name="modifiedAt">Microseconds since the Unix epoch, UTC.</param>
    /// <param name="isTombstone">Whether it is a tombstone.</param>
    internal void Add(EntryHash hash, long modifiedAt, bool isTombstone)
    {
        Span<byte> whole = stackalloc byte[EntryHash.Size + sizeof(long) + 1];
        hash.Write(whole);
        BinaryPrimitives.WriteInt64BigEndian(whole[EntryHash.Size..], modifiedAt);
        whole[^1] = isTombstone ? (byte)1 : (byte)0;
        Bits ^= XxHash128.HashToUInt128(whole);
        Records++;
    }

    /// <summary>The sum of the records of both.</summary>
    internal readonly RecordSum With(RecordSum other) => new(Bits ^ other.Bits, Records + other.Records);
}
