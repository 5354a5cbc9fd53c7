namespace LlmSpell.State;

/// <summary>
/// Names one unbroken history of a store: made at random when the store is created, and anew at each restore. Versions can be
/// compared only within one lineage.
/// </summary>
/// <param name="Value">32 lower-case hexadecimal digits.</param>
public readonly record struct LineageId(string Value)
{
    /// <summary>A new random id.</summary>
    public static LineageId New() => new(Guid.NewGuid().ToString("N"));

    /// <summary>The id; empty for <c>default</c>, which has none.</summary>
    public override string ToString() => Value ?? "";
}
