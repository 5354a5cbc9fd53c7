using System.Buffers;

namespace LlmSpell.State;

/// <summary>Names one store for its whole life, restores included. Made at random when the store is created.</summary>
/// <param name="Value">32 lower-case hexadecimal digits.</param>
public readonly record struct StoreId(string Value)
{
    private static readonly SearchValues<char> HexDigits = SearchValues.Create("0123456789abcdef");

    /// <summary>A new random id.</summary>
    public static StoreId New() => new(Guid.NewGuid().ToString("N"));

    /// <exception cref="ArgumentException">There is an id, but it is none that a store can have.</exception>
    internal static void CheckAdopted(StoreId? adopt)
    {
        if (adopt is { } id && (id.Value is not { Length: 32 } || id.Value.AsSpan().ContainsAnyExcept(HexDigits)))
        {
            throw new ArgumentException($"\"{id.Value}\" is not the id of a store, which has 32 lower-case hexadecimal digits.", nameof(adopt));
        }
    }

    /// <summary>The id; empty for <c>default</c>, which has none.</summary>
    public override string ToString() => Value ?? "";
}
