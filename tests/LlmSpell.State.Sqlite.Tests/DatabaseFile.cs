using LlmSpell.State.Sqlite.Native;
using LlmSpell.State.Sqlite.Waiting;

namespace LlmSpell.State.Sqlite.Tests;

/// <summary>Looks at a database file, or makes one, without the store.</summary>
internal static class DatabaseFile
{
    internal static Connection Open(string file) => Connection.Open(
        file, OpenMode.ReadWrite | OpenMode.Create, new BusyWait(TimeSpan.FromSeconds(30), TimeProvider.System));

    /// <summary>Checks what the contract cannot see: SQLite's own structure, and rows that nothing leads to.</summary>
    internal static void Check(string file)
    {
        using Connection connection = Open(file);
        Assert.Equal("ok", connection.QueryText("PRAGMA integrity_check"));
        Assert.Equal(
            connection.QueryInt64("SELECT count(large) FROM entries"),
            connection.QueryInt64("SELECT count(*) FROM entries JOIN large_values ON id = large WHERE entries.value IS NULL"));
        Assert.Equal(connection.QueryInt64("SELECT count(large) FROM entries"), connection.QueryInt64("SELECT count(*) FROM large_values"));
        Assert.Equal(
            connection.QueryInt64("SELECT sequence - pruned_through FROM meta"), connection.QueryInt64("SELECT count(*) FROM changes"));
        Assert.Equal(
            connection.QueryInt64("SELECT sequence FROM meta"),
            connection.QueryInt64("SELECT coalesce(max(sequence), (SELECT sequence FROM meta)) FROM changes"));
    }
}
