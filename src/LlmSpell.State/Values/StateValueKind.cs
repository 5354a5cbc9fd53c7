namespace LlmSpell.State;

/// <summary>What a value is. Integers and floats are distinct, as in Lua.</summary>
public enum StateValueKind
{
    /// <summary>True or false.</summary>
    Boolean,

    /// <summary>A 64-bit signed integer.</summary>
    Integer,

    /// <summary>A 64-bit float, NaN and infinities included.</summary>
    Float,

    /// <summary>Text: valid UTF-8.</summary>
    String,

    /// <summary>Bytes that are not text.</summary>
    Binary,

    /// <summary>Values by the keys 1..n, n ≥ 1 in Lua's count.</summary>
    Array,

    /// <summary>Values by string, binary, integer, float or boolean keys.</summary>
    Map,
}
