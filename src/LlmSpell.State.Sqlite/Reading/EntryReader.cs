using System.Buffers;
using LlmSpell.State.Sqlite.Native;
using LlmSpell.State.Sqlite.Opening;
using LlmSpell.State.Sqlite.Schema;

namespace LlmSpell.State.Sqlite.Reading;

/// <summary>
/// Reads on one connection, which it owns, with statements that are prepared when they are first needed. Not thread-safe.
/// </summary>
internal sealed class EntryReader(Connection connection) : IDisposable
{
    private readonly CursorSet _cursors = new();
    private Statement? _readEntry;
    private EntryRow? _entry;
    private Statement? _findEntry;
    private Statement? _readMeta;
    private RowGatherer? _gatherer;

    /// <summary>The database file.</summary>
    internal string File => connection.File;

    /// <summary>Where cursors take their statements from.</summary>
    internal StatementPool Statements { get; } = new(connection);

    /// <summary>Sets how much of the database the connection keeps in memory, if that can be done; it is about speed only.</summary>
    internal void SetCache(int kib)
    {
        try
        {
            ConnectionSettings.SetCache(connection, kib);
        }
        catch (StateException)
        {
            // Whatever is wrong, the next read finds it.
        }
    }

    /// <summary>Begins a read transaction: from the first read on, all reads are of one moment.</summary>
    internal void Begin() => connection.Execute("BEGIN");

    /// <summary>Ends the read transaction and its cursors.</summary>
    internal void End()
    {
        EndCursors();
        connection.RollbackIfOpen();
    }

    internal StoreStatus ReadStatus() => Meta.ReadStatus(_readMeta ??= connection.Prepare(Sql.ReadMeta), File);

    internal Meta ReadMeta() => Meta.Read(_readMeta ??= connection.Prepare(Sql.ReadMeta), File);

    internal bool TryRead(StateKey key, IBufferWriter<byte> value, out long modifiedAt)
    {
        _readEntry ??= connection.Prepare(Sql.ReadEntry);
        _entry ??= new EntryRow(_readEntry, connection.Prepare(Sql.ReadLarge), File);
        _readEntry.BindText(1, key.Scope);
        _readEntry.BindText(2, key.Key);
        try
        {
            if (!_entry.Step())
            {
                modifiedAt = 0;
                return false;
            }

            modifiedAt = _entry.ModifiedAt;
            value.Write(_entry.Value);
            return true;
        }
        finally
        {
            _entry.Reset();
        }
    }

    /// <summary>The hash of an entry and the place of its value in <c>large_values</c>, if there is an entry.</summary>
    internal EntryLocation? Find(StateKey key)
    {
        Statement find = _findEntry ??= connection.Prepare(Sql.FindEntry);
        find.BindText(1, key.Scope);
        find.BindText(2, key.Key);
        try
        {
            return find.Step()
                ? new EntryLocation(StoredHash.ReadHash(find.Bytes(0), File), find.IsNull(1) ? null : find.Int64(1))
                : null;
        }
        finally
        {
            find.Reset();
        }
    }

    internal SqliteEntryCursor Scan(KeyRange range) =>
        _cursors.Add(new SqliteEntryCursor(this, range, range == KeyRange.All ? _gatherer ??= new RowGatherer(connection) : null));

    internal SqliteChangeCursor ChangesSince(long sequence, LookupHelper? helper) => _cursors.Add(new SqliteChangeCursor(this, sequence, helper));

    /// <summary>See <see cref="IStateSnapshot.CheckStorage"/>.</summary>
    internal List<string> CheckStorage(Meta meta, int maxProblems, CancellationToken cancellationToken) =>
        StorageCheck.Run(connection, meta, maxProblems, cancellationToken);

    internal void Forget(Cursor cursor) => _cursors.Remove(cursor);

    /// <summary>Ends the cursors that are still open.</summary>
    internal void EndCursors() => _cursors.EndAll();

    /// <summary>Closes the connection.</summary>
    public void Dispose() => connection.Dispose();
}
