namespace LlmSpell.State.Sqlite.Reading;

/// <summary>A key that changed, and what was found under it.</summary>
internal struct ChangedEntry
{
    /// <summary>Where its scope begins among the names of the batch; the key follows it.</summary>
    internal int Name;

    internal int ScopeLength;

    internal int KeyLength;

    /// <summary>The hash of the entry before the first of its changes.</summary>
    internal EntryHash Replaced;

    /// <summary>When it was changed last.</summary>
    internal long ChangedAt;

    /// <summary>Whether there is an entry now; the fields after this one are of it.</summary>
    internal bool Exists;

    internal long ModifiedAt;

    internal EntryHash Hash;

    /// <summary>The values among which its own lies; null if that was not copied, being a large one, and must be read when it is asked for.</summary>
    internal ValueBuffer? Values;

    internal int ValueOffset;

    internal int ValueLength;
}
