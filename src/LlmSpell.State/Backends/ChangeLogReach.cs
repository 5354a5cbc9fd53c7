namespace LlmSpell.State;

/// <summary>Whether a store can tell what changed since a version.</summary>
public enum ChangeLogReach
{
    /// <summary>It can.</summary>
    Complete,

    /// <summary>Changes after that version were dropped from the log already.</summary>
    Pruned,

    /// <summary>The version lies after the present one, as after a store was put back to an older copy.</summary>
    Ahead,

    /// <summary>The token is not one of this backend.</summary>
    Unreadable,
}
