namespace LlmSpell.Bench;

/// <summary>One thread's access to a store that is compared.</summary>
internal interface ISession : IDisposable
{
    /// <summary>Saves one entry in a transaction of its own.</summary>
    void Save(WorkItem item);

    /// <summary>Saves entries in one transaction.</summary>
    void SaveTogether(ReadOnlySpan<WorkItem> items);

    /// <summary>Loads a value as a copy of the caller's own; its length, -1 if there is none.</summary>
    int Load(WorkItem item);

    /// <summary>Walks over all entries in the order of keys and looks at each; how many there are.</summary>
    long Scan();
}
