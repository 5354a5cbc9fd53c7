using LlmSpell.State.Sqlite.Native;
using LlmSpell.State.Sqlite.Reading;
using LlmSpell.State.Sqlite.Schema;

namespace LlmSpell.State.Sqlite.Writing;

/// <summary>
/// The writing statements of the one connection that writes, prepared when they are first needed. Not thread-safe: whoever
/// holds the write lock uses it.
/// </summary>
internal sealed class EntryWriter(Connection connection, EntryReader reader) : IDisposable
{
    /// <summary>From this length on a value of a new state is written into its pages without a copy in SQLite's memory.</summary>
    internal const int LateBytes = 256 << 10;

    private Statement? _begin;
    private Statement? _commit;
    private Statement? _insert;
    private Statement? _update;
    private Statement? _updateInline;
    private Statement? _delete;
    private Statement? _insertLarge;
    private Statement? _insertIncomingLarge;
    private Statement? _updateLarge;
    private Statement? _deleteLarge;
    private Statement? _insertChange;
    private Statement? _prune;
    private Statement? _writeMeta;
    private FeedTable? _feed;
    private ReplacedRow? _replaced;
    private Meta? _known;
    private uint _knownAt;

    internal Connection Connection => connection;

    /// <summary>Reads on the writing connection, which sees the transaction's own writes.</summary>
    internal EntryReader Reader => reader;

    /// <summary>Takes SQLite's write lock, and waits for it at most so long.</summary>
    /// <exception cref="OperationCanceledException">The token was cancelled while it waited.</exception>
    internal void Begin(TimeSpan wait, CancellationToken cancellationToken = default)
    {
        connection.WaitAtMost(wait, cancellationToken);
        try
        {
            PrepareBegin().Run();
        }
        catch (StateBusyException)
        {
            cancellationToken.ThrowIfCancellationRequested();
            throw;
        }
        finally
        {
            connection.WaitAtMost(wait, CancellationToken.None);
        }

        connection.Phase = WritePhase.Open;
    }

    /// <summary>Takes SQLite's write lock if nobody holds it.</summary>
    internal bool TryBegin()
    {
        connection.BusyTimeout = TimeSpan.Zero;
        bool began = PrepareBegin().RunUnlessBusy();
        connection.Phase = began ? WritePhase.Open : WritePhase.None;
        return began;
    }

    /// <summary>What every write changes, as it is in this transaction before its first write.</summary>
    internal Meta ReadMeta() => _known is { } known && connection.DataVersion == _knownAt ? known : reader.ReadMeta();

    internal void Commit()
    {
        _known = null;
        _commit ??= connection.Prepare("COMMIT");
        connection.Phase = WritePhase.Committing;
        _commit.Run();
        connection.Phase = WritePhase.None;
    }

    /// <summary>Commits, and remembers for the next transaction what it would read otherwise.</summary>
    internal void Commit(Meta meta)
    {
        Commit();
        (_known, _knownAt) = (meta, connection.DataVersion);
    }

    internal void Rollback()
    {
        reader.EndCursors();
        connection.Phase = WritePhase.None;
        connection.RollbackIfOpen();
    }

    /// <summary>Writes a new entry.</summary>
    internal void Insert(ReadOnlySpan<byte> scope, ReadOnlySpan<byte> key, long modifiedAt, EntryHash hash, ReadOnlySpan<byte> value)
    {
        Statement insert = _insert ??= connection.Prepare(Sql.InsertEntry);
        BindEntry(insert, scope, key, modifiedAt, hash);
        if (LiesInRow(scope, key, value))
        {
            insert.BindNull(5);
            insert.RunWithBlob(6, value);
            return;
        }

        insert.BindInt64(5, WriteLarge(null, value));
        insert.BindNull(6);
        insert.Run();
    }

    /// <summary>Writes all that a feed gives into the tables of a new state.</summary>
    internal void InsertAll(EntryFeed feed) => (_feed ??= new FeedTable(connection)).Insert(feed);

    /// <summary>Writes a value of a new state into a row of its own, and gives its id.</summary>
    internal long InsertIncomingLarge(ReadOnlySpan<byte> value)
    {
        Statement insert = _insertIncomingLarge ??= connection.Prepare(Sql.InsertIncomingLarge);
        if (value.Length < LateBytes)
        {
            insert.RunWithBlob(1, value);
            return connection.LastInsertRowId;
        }

        // SQLite puts a row together in memory, but of zeros it keeps the number. Only here, where nobody's own trigger sees them and no index forbids it.
        insert.BindZeros(1, value.Length);
        insert.Run();
        long row = connection.LastInsertRowId;
        connection.WriteBlob(Sql.IncomingLargeValues, Sql.LargeValueColumn, row, value);
        return row;
    }

    /// <summary>Writes an entry in place of one.</summary>
    /// <returns>The hash of that one; null if there is none, and nothing was written.</returns>
    internal EntryHash? Update(StateKey key, long modifiedAt, EntryHash hash, ReadOnlySpan<byte> value)
    {
        if (LiesInRow(key.Scope, key.Key, value))
        {
            Statement inline = _updateInline ??= PrepareReplacing(Sql.UpdateInline);
            BindEntry(inline, key.Scope, key.Key, modifiedAt, hash);
            return WithoutLarge(Replaced.Run(inline, 5, value, connection.File));
        }

        if (reader.Find(key) is not { } present)
        {
            return null;
        }

        Statement update = _update ??= connection.Prepare(Sql.UpdateEntry);
        BindEntry(update, key.Scope, key.Key, modifiedAt, hash);
        update.BindInt64(5, WriteLarge(present.Large, value));
        update.Run();
        return present.Hash;
    }

    /// <summary>Deletes an entry.</summary>
    /// <returns>Its hash; null if there is none.</returns>
    internal EntryHash? Delete(StateKey key)
    {
        Statement delete = _delete ??= PrepareReplacing(Sql.DeleteEntry);
        BindKey(delete, 1, key.Scope, key.Key);
        return WithoutLarge(Replaced.Run(delete, connection.File));
    }

    internal void RecordChange(long sequence, StateKey key, long changedAt, EntryHash replaced)
    {
        Statement insert = _insertChange ??= connection.Prepare(Sql.InsertChange);
        insert.BindInt64(1, sequence);
        BindKey(insert, 2, key.Scope, key.Key);
        insert.BindInt64(4, changedAt);
        if (replaced == EntryHash.None)
        {
            insert.BindNull(5);
        }
        else
        {
            BindHash(insert, 5, replaced);
        }

        insert.Run();
    }

    internal void PruneChanges(long through)
    {
        Statement prune = _prune ??= connection.Prepare(Sql.PruneChanges);
        prune.BindInt64(1, through);
        prune.Run();
    }

    internal void WriteMeta(Meta meta) => meta.Write(_writeMeta ??= connection.Prepare(Sql.WriteMeta));

    public void Dispose() => connection.Dispose();

    private Statement PrepareBegin() => _begin ??= connection.Prepare("BEGIN IMMEDIATE");

    private ReplacedRow Replaced => _replaced ??= new ReplacedRow(connection);

    // The function must be there before a statement that calls it.
    private Statement PrepareReplacing(string sql)
    {
        _ = Replaced;
        return connection.Prepare(sql);
    }

    private static bool LiesInRow(ReadOnlySpan<byte> scope, ReadOnlySpan<byte> key, ReadOnlySpan<byte> value) =>
        scope.Length + key.Length + value.Length <= StoreSchema.MaxInlineBytes;

    private EntryHash? WithoutLarge(EntryHash? replaced)
    {
        if (replaced is not null && Replaced.Large is { } unused)
        {
            DeleteLarge(unused);
        }

        return replaced;
    }

    private long WriteLarge(long? present, ReadOnlySpan<byte> value)
    {
        if (present is { } id)
        {
            Statement update = _updateLarge ??= connection.Prepare(Sql.UpdateLarge);
            update.BindInt64(2, id);
            update.RunWithBlob(1, value);
            if (connection.ChangedRows > 0)
            {
                return id;
            }

            // Another tool deleted it: the value needs a new one.
        }

        (_insertLarge ??= connection.Prepare(Sql.InsertLarge)).RunWithBlob(1, value);
        return connection.LastInsertRowId;
    }

    private void DeleteLarge(long id)
    {
        Statement delete = _deleteLarge ??= connection.Prepare(Sql.DeleteLarge);
        delete.BindInt64(1, id);
        delete.Run();
    }

    private static void BindEntry(Statement statement, ReadOnlySpan<byte> scope, ReadOnlySpan<byte> key, long modifiedAt, EntryHash hash)
    {
        BindKey(statement, 1, scope, key);
        statement.BindInt64(3, modifiedAt);
        BindHash(statement, 4, hash);
    }

    private static void BindKey(Statement statement, int first, ReadOnlySpan<byte> scope, ReadOnlySpan<byte> key)
    {
        statement.BindText(first, scope);
        statement.BindText(first + 1, key);
    }

    private static void BindHash(Statement statement, int parameter, EntryHash hash)
    {
        Span<byte> bytes = stackalloc byte[EntryHash.Size];
        hash.Write(bytes);
        statement.BindBlob(parameter, bytes);
    }
}
