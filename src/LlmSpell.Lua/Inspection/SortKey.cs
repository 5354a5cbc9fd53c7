namespace LlmSpell.Lua.Inspection;

/// <summary>A table's key, as far as it decides where the field is shown: numbers, then strings, then booleans, then the rest.</summary>
/// <param name="Kind">The group.</param>
/// <param name="Integer">The value of an integer; the order of appearance in the groups that have no order of their own.</param>
/// <param name="Number">The value of a number.</param>
/// <param name="Start">The first bytes of a string.</param>
/// <param name="Place">Where the key itself is kept.</param>
internal readonly record struct SortKey(SortKind Kind, long Integer, double Number, byte[] Start, int Place) : IComparable<SortKey>
{
    public int CompareTo(SortKey other)
    {
        if (Kind != other.Kind)
        {
            return Kind.CompareTo(other.Kind);
        }

        int order = Number.CompareTo(other.Number);
        if (order == 0)
        {
            order = Integer.CompareTo(other.Integer);
        }

        return order != 0 ? order : Start.AsSpan().SequenceCompareTo(other.Start);
    }
}

internal enum SortKind
{
    Number,
    Text,
    Boolean,
    Other,
}
