namespace LlmSpell.State;

/// <summary>Shorter ways to fill an <see cref="IStateReplacement"/>.</summary>
public static class StateReplacementExtensions
{
    /// <summary>Takes one entry, which is hashed here. For many, a cursor is much faster.</summary>
    /// <exception cref="ArgumentException">Its key does not come after the one before, or is not a valid key. The replacement is over then.</exception>
    public static void Append(
        this IStateReplacement replacement, ReadOnlySpan<byte> scope, ReadOnlySpan<byte> key, long modifiedAt, ReadOnlySpan<byte> value)
    {
        ArgumentNullException.ThrowIfNull(replacement);
        using SingleEntry entry = new(scope, key, modifiedAt, value);
        replacement.Append(entry);
    }
}
