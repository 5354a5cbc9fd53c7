namespace LlmSpell.State.Sqlite.Native;

/// <content>How far the connection is with a transaction, and whether others have committed since.</content>
internal sealed unsafe partial class Connection
{
    private const int DataVersionOperation = 35;

    private Statement? _rollback;

    /// <summary>Whether a transaction is open.</summary>
    internal bool InTransaction
    {
        get
        {
            bool result = SqliteNative.sqlite3_get_autocommit(_handle.DangerousGetHandle()) == 0;
            GC.KeepAlive(_handle);
            return result;
        }
    }

    /// <summary>The transaction that writes, as its writer sees it; SQLite may have ended it already, see <see cref="RolledBackBy"/>.</summary>
    internal WritePhase Phase
    {
        get;
        set => (field, RolledBackBy) = (value, null);
    }

    /// <summary>
    /// The error after which SQLite ended the transaction that writes, as it does after every input/output error, of a read too; null if none did.
    /// Whoever went on would commit each statement by itself.
    /// </summary>
    internal Exception? RolledBackBy { get; private set; }

    /// <summary>
    /// A number that is another one whenever the database is another one: after a commit of this connection, and when a transaction begins after others
    /// committed (https://sqlite.org/c3ref/c_fcntl_begin_atomic_write.html#sqlitefcntldataversion).
    /// </summary>
    internal uint DataVersion
    {
        get
        {
            uint version;
            Check(SqliteNative.sqlite3_file_control(_handle.DangerousGetHandle(), null, DataVersionOperation, &version));
            GC.KeepAlive(_handle);
            return version;
        }
    }

    /// <summary>Rolls back if a transaction is open; SQLite ends one by itself after some errors.</summary>
    internal void RollbackIfOpen()
    {
        if (!InTransaction)
        {
            return;
        }

        try
        {
            (_rollback ??= Prepare("ROLLBACK")).Run();
        }
        catch (StateException)
        {
            // The transaction is over even so: the next reader of the log stops at the last commit.
        }
    }

    private void NoteIfRolledBack(Exception failure)
    {
        if (Phase != WritePhase.None && !InTransaction)
        {
            RolledBackBy ??= failure;
        }
    }
}
