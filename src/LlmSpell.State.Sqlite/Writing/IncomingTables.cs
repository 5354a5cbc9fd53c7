using System.Text;
using LlmSpell.State.Sqlite.Native;
using LlmSpell.State.Sqlite.Schema;

namespace LlmSpell.State.Sqlite.Writing;

/// <summary>The tables in which a new state is put together beside the present one.</summary>
internal static class IncomingTables
{
    /// <summary>Makes them, inside a transaction; what a process left that died goes first.</summary>
    internal static void Create(Connection connection)
    {
        Drop(connection);
        foreach (string statement in StoreSchema.CreateIncoming)
        {
            connection.Execute(statement);
        }
    }

    /// <summary>Puts them in the place of the present ones, inside a transaction.</summary>
    internal static void TakePlace(Connection connection)
    {
        // Otherwise a view of somebody's own, which for a moment has no table to look at, would be in the way.
        connection.Execute("PRAGMA legacy_alter_table=ON");
        List<string> own = OwnStatements(connection);
        foreach (string table in StoreSchema.ValueTables)
        {
            connection.Execute($"DROP TABLE {table}");
            connection.Execute($"ALTER TABLE {StoreSchema.IncomingPrefix}{table} RENAME TO {table}");
        }

        own.ForEach(connection.Execute);
    }

    /// <summary>What makes the indexes and triggers that somebody added to the present tables, and that go with them.</summary>
    private static List<string> OwnStatements(Connection connection)
    {
        List<string> statements = [];
        using Statement query = connection.PrepareOnce(Sql.OwnIndexesAndTriggers);
        while (query.Step())
        {
            statements.Add(Encoding.UTF8.GetString(query.Bytes(0)));
        }

        return statements;
    }

    /// <summary>Removes them, inside a transaction.</summary>
    internal static void Drop(Connection connection)
    {
        foreach (string table in StoreSchema.ValueTables)
        {
            connection.Execute($"DROP TABLE IF EXISTS {StoreSchema.IncomingPrefix}{table}");
        }
    }

    /// <summary>Removes what a process left that died, when a store is opened. Whoever fills them now has the write lock.</summary>
    internal static void RemoveLeftovers(Connection connection)
    {
        if (connection.QueryInt64(Sql.CountIncoming) == 0)
        {
            return;
        }

        try
        {
            connection.BusyTimeout = TimeSpan.Zero;
            connection.Execute("BEGIN IMMEDIATE");
            Drop(connection);
            connection.Execute("COMMIT");
        }
        catch (StateException e) when (e is StateBusyException or StateStorageException)
        {
            // They only take room; the next replacement, or the next opening, tries again.
            connection.RollbackIfOpen();
        }
    }
}
