namespace LlmSpell.Bench;

/// <summary>How the time of an operation should grow with the number of entries.</summary>
internal enum GrowthShape
{
    /// <summary>In proportion.</summary>
    Proportional,

    /// <summary>Hardly: with the depth of a tree, or not at all.</summary>
    Flat,
}
