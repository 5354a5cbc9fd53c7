namespace LlmSpell.Bench;

/// <summary>What a measured tool is in the comparison.</summary>
internal enum ToolKind
{
    /// <summary>llmspell.</summary>
    Ours,

    /// <summary>What a user could take instead.</summary>
    Peer,

    /// <summary>No backup by itself: a bound that ours is held against.</summary>
    Reference,
}
