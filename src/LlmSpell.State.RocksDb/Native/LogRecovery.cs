namespace LlmSpell.State.RocksDb.Native;

/// <summary>What opening does about a write-ahead log that cannot be read to its end.</summary>
internal enum LogRecovery
{
    /// <summary>Takes what can be read: a power loss may have torn the end of the log, where nothing was flushed yet.</summary>
    ToTheFirstGap,

    /// <summary>Accepts a last record that was not written whole, and nothing else: only a process died, so all else it wrote is there.</summary>
    ToTheEnd,
}
