namespace LlmSpell.State.Sqlite.Native;

/// <summary>How the log is copied into the database: https://sqlite.org/c3ref/wal_checkpoint_v2.html.</summary>
internal enum CheckpointMode
{
    /// <summary>What no reader needs any more, beside writers.</summary>
    Passive = 0,

    /// <summary>All of it while nobody writes, so that the next writer begins the log anew.</summary>
    Restart = 2,

    /// <summary>All of it while nobody writes; the log's file is then empty.</summary>
    Truncate = 3,
}
