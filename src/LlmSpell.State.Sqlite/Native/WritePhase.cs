namespace LlmSpell.State.Sqlite.Native;

/// <summary>How far a connection is with a transaction that writes.</summary>
internal enum WritePhase
{
    /// <summary>There is none.</summary>
    None,

    /// <summary>Nothing of it counts, whatever of it is in the log: an error rolls it back.</summary>
    Open,

    /// <summary>An error leaves open what is on the disk.</summary>
    Committing,
}
