namespace LlmSpell.Bench;

/// <summary>Which of our backends a state lies in.</summary>
internal enum OwnBackend
{
    /// <summary>The default, <c>backend_type = "sqlite"</c>.</summary>
    Sqlite,

    /// <summary><c>backend_type = "rocksdb"</c>.</summary>
    RocksDb,
}
