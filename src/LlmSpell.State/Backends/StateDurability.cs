namespace LlmSpell.State;

/// <summary>When a commit is flushed to the disk. Either way it survives the death of the process at once.</summary>
public enum StateDurability
{
    /// <summary>With the next flush of the store, which comes at intervals while it is open, and when it is closed.</summary>
    Normal,

    /// <summary>Before the commit returns; writers that commit at the same time may share a flush.</summary>
    Strict,
}
