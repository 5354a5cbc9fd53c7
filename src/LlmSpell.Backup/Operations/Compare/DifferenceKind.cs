namespace LlmSpell.Backup;

/// <summary>How an entry differs between an earlier state and a later one.</summary>
public enum DifferenceKind
{
    /// <summary>Only the later state has it.</summary>
    Added,

    /// <summary>Both have it, with different values.</summary>
    Changed,

    /// <summary>Only the earlier state has it.</summary>
    Removed,
}
