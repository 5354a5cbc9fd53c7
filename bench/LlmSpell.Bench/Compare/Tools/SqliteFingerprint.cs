namespace LlmSpell.Bench;

/// <summary>Reads the fingerprint of a copied database with SQLite's own program, which also shows that it is one.</summary>
internal static class SqliteFingerprint
{
    internal static string Read(string database) =>
        ChildProcess.Output(new Command("sqlite3", database, "SELECT hex(fingerprint) FROM meta")).Trim();
}
