namespace LlmSpell.State;

/// <summary>
/// Walks the keys that changed since a version, each once, in the order of keys. Where <see cref="IsTombstone"/> is true the
/// key has no entry now, <see cref="IEntryCursor.Value"/> and <see cref="IEntryCursor.Hash"/> are empty, and
/// <see cref="IEntryCursor.ModifiedAt"/> says when it was last deleted.
/// </summary>
public interface IChangeCursor : IEntryCursor
{
    /// <summary>Whether the key was deleted; also true of a key that was written and deleted again since.</summary>
    bool IsTombstone { get; }

    /// <summary>The hash of the entry that stood at the version asked for; <see cref="EntryHash.None"/> if there was none.</summary>
    EntryHash Replaced { get; }
}
