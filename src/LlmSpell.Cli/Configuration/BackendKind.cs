namespace LlmSpell.Cli.Configuration;

internal enum BackendKind
{
    Sqlite,
    RocksDb,
    Memory,
}
