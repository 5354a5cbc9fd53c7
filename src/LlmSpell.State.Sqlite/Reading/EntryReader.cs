using System.Buffers;
using LlmSpell.State.Sqlite.Errors;
using LlmSpell.State.Sqlite.Native;
using LlmSpell.State.Sqlite.Schema;

namespace LlmSpell.State.Sqlite.Reading;

/// <summary>
/// The reading statements of one connection, prepared when they are first needed. Not thread-safe.
/// </summary>
internal sealed class EntryReader(Connection connection) : IDisposable
{
    private readonly Stack<Statement> _scans = new();
    private readonly Stack<Statement> _changes = new();
    private readonly Stack<Statement> _largeReads = new();
    private readonly List<SqliteEntryCursor> _open = [];
    private Statement? _readEntry;
    private Statement? _findEntry;
    private Statement? _readMeta;

    internal StoreStatus ReadStatus() => Meta.ReadStatus(_readMeta ??= connection.Prepare(Sql.ReadMeta), connection.File);

    internal Meta ReadMeta() => Meta.Read(_readMeta ??= connection.Prepare(Sql.ReadMeta), connection.File);

    internal bool TryRead(StateKey key, IBufferWriter<byte> value, out long modifiedAt)
    {
        Statement read = _readEntry ??= connection.Prepare(Sql.ReadEntry);
        Statement large = Take(_largeReads, Sql.ReadLarge);
        try
        {
            read.BindText(1, key.Scope);
            read.BindText(2, key.Key);
            if (!read.Step())
            {
                modifiedAt = 0;
                return false;
            }

            modifiedAt = read.Int64(0);
            if (read.IsNull(1))
            {
                value.Write(read.Bytes(2));
            }
            else
            {
                StepToLarge(large, read.Int64(1));
                value.Write(large.Bytes(0));
            }

            return true;
        }
        finally
        {
            read.Reset();
            GiveBack(_largeReads, large);
        }
    }

    /// <summary>The hash of an entry and the place of its value in <c>large_values</c>, if there is an entry.</summary>
    internal EntryLocation? Find(StateKey key)
    {
        Statement find = _findEntry ??= connection.Prepare(Sql.FindEntry);
        try
        {
            find.BindText(1, key.Scope);
            find.BindText(2, key.Key);
            return find.Step()
                ? new EntryLocation(EntryHash.Read(find.Bytes(0)), find.IsNull(1) ? null : find.Int64(1))
                : null;
        }
        finally
        {
            find.Reset();
        }
    }

    internal SqliteEntryCursor Scan(KeyRange range)
    {
        Statement scan = Take(_scans, Sql.Scan);
        scan.BindText(1, range.From is { } from ? from.Scope.Span : default);
        scan.BindText(2, range.From is { } start ? start.Key.Span : default);
        if (range.To is { } to)
        {
            scan.BindText(3, to.Scope.Span);
            scan.BindText(4, to.Key.Span);
        }
        else
        {
            // Every blob sorts after every text.
            scan.BindBlob(3, default);
            scan.BindBlob(4, default);
        }

        return Open(new SqliteEntryCursor(this, _scans, scan, Take(_largeReads, Sql.ReadLarge)));
    }

    internal SqliteChangeCursor ChangesSince(long sequence)
    {
        Statement changes = Take(_changes, Sql.ChangesSince);
        changes.BindInt64(1, sequence);
        return Open(new SqliteChangeCursor(this, _changes, changes, Take(_largeReads, Sql.ReadLarge)));
    }

    /// <summary>Steps to the value of an entry that keeps it in <c>large_values</c>.</summary>
    internal void StepToLarge(Statement large, long id)
    {
        large.BindInt64(1, id);
        if (!large.Step())
        {
            throw new StateCorruptException(
                $"The state in {connection.File} has lost the value with the id {id}.", SqliteErrors.RecoveryHint(connection.File));
        }
    }

    /// <summary>Takes the statements of a cursor back.</summary>
    internal void End(SqliteEntryCursor cursor, Stack<Statement> home, Statement rows, Statement large)
    {
        _open.Remove(cursor);
        GiveBack(home, rows);
        GiveBack(_largeReads, large);
    }

    /// <summary>Begins a read transaction: from the first read on, all reads are of one moment.</summary>
    internal void Begin() => connection.Execute("BEGIN");

    /// <summary>Ends the read transaction and its cursors.</summary>
    internal void End()
    {
        EndCursors();
        connection.RollbackIfOpen();
    }

    /// <summary>Ends the cursors that are still open.</summary>
    internal void EndCursors()
    {
        while (_open.Count > 0)
            _open[^1].Dispose();
    }

    /// <summary>Closes the connection.</summary>
    public void Dispose() => connection.Dispose();

    private T Open<T>(T cursor)
        where T : SqliteEntryCursor
    {
        _open.Add(cursor);
        return cursor;
    }

    private Statement Take(Stack<Statement> home, string sql) => home.Count > 0 ? home.Pop() : connection.Prepare(sql);

    private static void GiveBack(Stack<Statement> home, Statement statement)
    {
        statement.Reset();
        home.Push(statement);
    }
}

/// <summary>What a writer needs to know of the entry that it replaces.</summary>
/// <param name="Hash">Its hash.</param>
/// <param name="Large">Where its value is in <c>large_values</c>; null if it lies in the entry's row.</param>
internal readonly record struct EntryLocation(EntryHash Hash, long? Large);
