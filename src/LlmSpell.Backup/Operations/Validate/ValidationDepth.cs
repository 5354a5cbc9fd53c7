namespace LlmSpell.Backup;

/// <summary>How far a validation looks. Each depth finds all that the one before finds.</summary>
public enum ValidationDepth
{
    /// <summary>The manifest is whole, all files are there, and their sizes are right. No layer is read.</summary>
    Present,

    /// <summary>Every byte and every record is read: hashes, order, counts, and the fingerprint of the merged layers.</summary>
    Readable,

    /// <summary>The backup is restored into a scratch store, which is read back and compared entry by entry.</summary>
    Restored,
}
