using LlmSpell.State;

namespace LlmSpell.Backup;

/// <summary>Where the parts of one decoded record lie within its block.</summary>
/// <param name="Name">The scope and the key.</param>
/// <param name="ModifiedAt">Microseconds since the Unix epoch, UTC.</param>
/// <param name="ValueStart">Where the value begins.</param>
/// <param name="ValueLength">How long it is; <see cref="NoValue"/> for a tombstone.</param>
internal readonly record struct RecordSlot(KeySlice Name, long ModifiedAt, int ValueStart, int ValueLength)
{
    internal const int NoValue = -1;

    internal bool IsTombstone => ValueLength == NoValue;

    /// <summary>The hash of the entry; the record is no tombstone.</summary>
    internal EntryHash Hash(ReadOnlySpan<byte> raw) => EntryHash.Of(Name.Scope(raw), Name.Key(raw), raw.Slice(ValueStart, ValueLength));
}
