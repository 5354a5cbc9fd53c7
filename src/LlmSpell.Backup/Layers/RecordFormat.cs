using LlmSpell.State;
using LlmSpell.State.MessagePack;

namespace LlmSpell.Backup;

/// <summary>
/// Records as bytes: <c>[scope, key, modified_at, value]</c>, a tombstone without the value. See docs/format.md.
/// </summary>
internal static class RecordFormat
{
    private const int EntryFields = 4;
    private const int TombstoneFields = 3;

    /// <summary>How many bytes a record with such parts takes.</summary>
    internal static long Length(int scope, int key, long modifiedAt, int value) =>
        1L + MessagePackLength.OfString(scope) + MessagePackLength.OfString(key) + MessagePackLength.OfInteger(modifiedAt) + value;

    internal static KeySlice WriteEntry(
        PooledBuffer buffer, ReadOnlySpan<byte> scope, ReadOnlySpan<byte> key, long modifiedAt, ReadOnlySpan<byte> value)
    {
        int length = (int)Length(scope.Length, key.Length, modifiedAt, value.Length);
        Span<byte> record = buffer.GetSpan(length);
        KeySlice name = WriteHead(record, buffer.Length, EntryFields, scope, key, modifiedAt);
        value.CopyTo(record[(length - value.Length)..]);
        buffer.Advance(length);
        return name;
    }

    internal static KeySlice WriteTombstone(PooledBuffer buffer, ReadOnlySpan<byte> scope, ReadOnlySpan<byte> key, long modifiedAt)
    {
        int length = (int)Length(scope.Length, key.Length, modifiedAt, 0);
        KeySlice name = WriteHead(buffer.GetSpan(length), buffer.Length, TombstoneFields, scope, key, modifiedAt);
        buffer.Advance(length);
        return name;
    }

    /// <summary>Reads and checks all the records of a block, which may be any bytes.</summary>
    /// <param name="raw">The block before compression.</param>
    /// <param name="slots">One for each record that is expected.</param>
    /// <param name="tombstones">How many tombstones there are.</param>
    /// <returns>What is wrong, as a sentence without its end, or null.</returns>
    internal static string? Decode(ReadOnlySpan<byte> raw, Span<RecordSlot> slots, out int tombstones)
    {
        tombstones = 0;
        KeySlice before = default;
        MessagePackReader reader = new(raw);
        int record = 0;
        try
        {
            for (; record < slots.Length; record++)
            {
                int start = reader.Position;
                if (reader.Remaining == 0)
                {
                    return $"it ends after {record} of {slots.Length} records";
                }

                if (DecodeOne(ref reader, raw, before, ref slots[record]) is { } problem)
                {
                    return $"record {record} at byte {start} {problem}";
                }

                before = slots[record].Name;

                tombstones += slots[record].IsTombstone ? 1 : 0;
            }
        }
        catch (MessagePackException e)
        {
            return $"record {record} is damaged: {e.Message}";
        }

        return reader.Remaining == 0 ? null : $"{reader.Remaining} bytes follow after its {slots.Length} records";
    }

    private static KeySlice WriteHead(
        Span<byte> record, int start, int fields, ReadOnlySpan<byte> scope, ReadOnlySpan<byte> key, long modifiedAt)
    {
        record[0] = (byte)(MessagePackCode.FixArray | fields);
        int scopeStart = 1 + MessagePackWriter.WriteStringHeader(record[1..], scope.Length);
        scope.CopyTo(record[scopeStart..]);
        int keyStart = scopeStart + scope.Length;
        keyStart += MessagePackWriter.WriteStringHeader(record[keyStart..], key.Length);
        key.CopyTo(record[keyStart..]);
        MessagePackWriter.WriteInteger(record[(keyStart + key.Length)..], modifiedAt);
        return new KeySlice(start + scopeStart, scope.Length, start + keyStart, key.Length);
    }

    private static string? DecodeOne(ref MessagePackReader reader, ReadOnlySpan<byte> raw, KeySlice before, ref RecordSlot slot)
    {
        int fields = reader.ReadArrayHeader();
        if (fields is not (EntryFields or TombstoneFields))
        {
            return $"has {fields} fields instead of {EntryFields}, or {TombstoneFields} for a tombstone";
        }

        KeySlice name = KeySlice.Read(ref reader);
        if (ProblemOf(name, before, raw) is { } problem)
        {
            return problem;
        }

        long modifiedAt = reader.ReadInteger();
        if (modifiedAt is < 0 or > ManifestLimits.MaxMoment)
        {
            return $"has the time {modifiedAt}, expected 0 to {ManifestLimits.MaxMoment}";
        }

        if (fields == TombstoneFields)
        {
            slot = new RecordSlot(name, modifiedAt, reader.Position, RecordSlot.NoValue);
            return null;
        }

        int valueStart = reader.Position;
        string? valueProblem = StateValueRules.Walk(ref reader);
        int length = reader.Position - valueStart;
        slot = new RecordSlot(name, modifiedAt, valueStart, length);
        return valueProblem is not null ? $"has a value that cannot be one: {valueProblem}"
            : length > StateValue.MaxBytes ? $"has a value of {length} bytes; the most is {StateValue.MaxBytes}"
            : null;
    }

    /// <summary>What is wrong with a record's name, whose predecessor in the same block was right; the first one's has no length.</summary>
    private static string? ProblemOf(in KeySlice name, in KeySlice before, ReadOnlySpan<byte> raw)
    {
        ReadOnlySpan<byte> scope = name.Scope(raw);
        ReadOnlySpan<byte> scopeBefore = before.Scope(raw);
        int order = scope.SequenceEqual(scopeBefore) ? 0 : scope.SequenceCompareTo(scopeBefore);
        if ((order != 0 || scope.IsEmpty) && KeyRules.Problem(scope, StateKey.MaxScopeBytes) is { } scopeProblem)
        {
            return $"has a scope that {scopeProblem}";
        }

        ReadOnlySpan<byte> key = name.Key(raw);
        if (KeyRules.Problem(key, StateKey.MaxKeyBytes) is { } keyProblem)
        {
            return $"has a key that {keyProblem}";
        }

        bool ascends = order > 0 || (order == 0 && key.SequenceCompareTo(before.Key(raw)) > 0);
        return ascends ? null : "does not come after the one before it";
    }
}
