namespace LlmSpell.State;

/// <summary>Names one store for its whole life, restores included. Made at random when the store is created.</summary>
/// <param name="Value">32 lower-case hexadecimal digits.</param>
public readonly record struct StoreId(string Value)
{
    /// <summary>A new random id.</summary>
    public static StoreId New() => new(Guid.NewGuid().ToString("N"));

    /// <inheritdoc/>
    public override string ToString() => Value;
}
