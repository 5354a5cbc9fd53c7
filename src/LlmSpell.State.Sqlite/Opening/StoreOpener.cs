using LlmSpell.State.Files;
using LlmSpell.State.Sqlite.Native;
using LlmSpell.State.Sqlite.Schema;
using LlmSpell.State.Sqlite.Waiting;
using LlmSpell.State.Sqlite.Writing;

namespace LlmSpell.State.Sqlite.Opening;

/// <summary>
/// Opens <c>state.db</c> for writing, or creates it. The hard part: several processes may do so at once, and a file that
/// turns out not to be ours must stay as it was. So nothing is written before the file was identified, and an empty file is
/// filled in one transaction under SQLite's lock, by whoever gets it first.
/// </summary>
internal static class StoreOpener
{
    internal static Connection Open(string file, SqliteOptions options)
    {
        string folder = Path.GetDirectoryName(file)!;
        List<string> changed = NewFolders.Create(folder);
        LostDatabase.ThrowIf(file);
        Connection connection = Connect(file, options);
        try
        {
            if (Identify(connection) == FileIdentity.Empty)
            {
                Create(connection, options.TimeProvider);
                changed.Insert(0, folder);
            }

            UseLog(connection, options);
            connection.KeepLogOnClose = false;
            connection.Execute($"PRAGMA synchronous={(options.Durability == StateDurability.Strict ? "FULL" : "NORMAL")}");
            ConnectionSettings.Apply(connection);

            // The first read opens the log, and from then on no other process can delete it: flushing relies on that.
            using (Statement readMeta = connection.PrepareOnce(Sql.ReadMeta))
            {
                Meta.Read(readMeta, file);
            }

            IncomingTables.RemoveLeftovers(connection);
            connection.SpareCalls(writes: true);
            connection.WatchLog();
            FlushNames(changed);
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    private static Connection Connect(string file, SqliteOptions options)
    {
        var connection = Connection.Open(
            file, OpenMode.ReadWrite | OpenMode.Create, new BusyWait(options.BusyTimeout, options.TimeProvider));
        try
        {
            // Somebody else's log must not be copied into their file only because we looked at it. Ours is kept until the file
            // is known; one without content leaves nothing behind.
            var log = new FileInfo(file + "-wal");
            connection.KeepLogOnClose = log.Exists && log.Length > 0;
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>Says what the file is; throws if it is not for us.</summary>
    private static FileIdentity Identify(Connection connection)
    {
        // One read transaction, so that the answers belong together while another process creates the store.
        connection.Execute("BEGIN");
        try
        {
            return FileIdentity.Read(connection).OrThrow(connection.File);
        }
        finally
        {
            connection.RollbackIfOpen();
        }
    }

    private static void Create(Connection connection, TimeProvider clock)
    {
        // Before the first page is written; without effect if another process has just created the store.
        connection.Execute($"PRAGMA page_size={StoreSchema.PageSize}");
        connection.Execute("BEGIN IMMEDIATE");
        try
        {
            if (FileIdentity.Read(connection).OrThrow(connection.File) == FileIdentity.Empty)
            {
                foreach (string table in StoreSchema.Create)
                {
                    connection.Execute(table);
                }

                using (Statement insert = connection.PrepareOnce(Sql.InsertMeta))
                {
                    insert.BindText(1, StoreId.New().Value);
                    insert.BindText(2, LineageId.New().Value);
                    insert.BindInt64(3, UnixTime.Microseconds(clock));
                    insert.Run();
                }

                connection.Execute($"PRAGMA application_id={StoreSchema.ApplicationId}");
                connection.Execute($"PRAGMA user_version={StoreSchema.Format}");
            }

            connection.Execute("COMMIT");
        }
        catch
        {
            connection.RollbackIfOpen();
            throw;
        }
    }

    // A new file starts with a rollback journal; its creator may have died before it changed that.
    private static void UseLog(Connection connection, SqliteOptions options)
    {
        // Connections that want to change the mode at the same time hold each other up without SQLite waiting for either.
        long started = options.TimeProvider.GetTimestamp();
        for (int attempt = 0; ; attempt++)
        {
            try
            {
                string mode = connection.QueryText("PRAGMA journal_mode=WAL");
                if (mode == "wal")
                {
                    return;
                }

                throw new StateUnsupportedException(
                    $"The state in {connection.File} cannot have a write-ahead log there (SQLite stays with the journal mode {mode}).",
                    "Put the state's folder on a local disk; network file systems often lack the shared memory it needs.");
            }
            catch (StateBusyException) when (options.TimeProvider.GetElapsedTime(started) < options.BusyTimeout)
            {
                connection.Pause(attempt);
            }
        }
    }

    private static void FlushNames(List<string> folders)
    {
        try
        {
            foreach (string folder in folders)
            {
                FileFlush.FlushFolder(folder);
            }
        }
        catch (IOException e)
        {
            throw new StateStorageException(e.Message, "See to the disk, then start again.", e, outcomeUnknown: true);
        }
    }
}
