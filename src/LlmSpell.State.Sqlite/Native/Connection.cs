using System.Runtime.InteropServices;
using System.Text;
using LlmSpell.State.Native;
using LlmSpell.State.Sqlite.Errors;
using LlmSpell.State.Sqlite.Waiting;

namespace LlmSpell.State.Sqlite.Native;

/// <summary>A connection to one database file. Not thread-safe.</summary>
internal sealed unsafe partial class Connection : IDisposable
{
    private const uint PreparePersistent = 1;
    private const int DirectOnly = 0x80000;

    private readonly ConnectionHandle _handle;
    private readonly BusyWait _wait;
    private readonly List<Statement> _statements = [];

    private Connection(ConnectionHandle handle, string file, BusyWait wait)
    {
        _handle = handle;
        _wait = wait;
        File = file;
    }

    internal string File { get; }

    /// <summary>The id of the row that the last INSERT into a table with rowids made.</summary>
    internal long LastInsertRowId
    {
        get
        {
            long id = SqliteNative.sqlite3_last_insert_rowid(_handle.DangerousGetHandle());
            GC.KeepAlive(_handle);
            return id;
        }
    }

    /// <summary>How many rows the last INSERT, UPDATE or DELETE wrote.</summary>
    internal int ChangedRows
    {
        get
        {
            int rows = SqliteNative.sqlite3_changes(_handle.DangerousGetHandle());
            GC.KeepAlive(_handle);
            return rows;
        }
    }

    /// <summary>Opens a file; SQLite reads and locks nothing of it yet.</summary>
    /// <param name="file">The database file.</param>
    /// <param name="mode">How to open it.</param>
    /// <param name="wait">How to wait for locks; owned by the connection from now on.</param>
    internal static Connection Open(string file, OpenMode mode, BusyWait wait)
    {
        nint database = 0;
        int code;
        fixed (byte* name = ZeroTerminated.Utf8(file))
        {
            code = SqliteNative.sqlite3_open_v2(name, &database, (int)(mode | OpenMode.NoMutex | OpenMode.ExtendedCodes), null);
        }

        // SQLite gives a handle, which must be closed, even when it could not open the file.
        var connection = new Connection(new ConnectionHandle(database), file, wait);
        if (code == ResultCode.Ok)
        {
            wait.Install(database);
            return connection;
        }

        Exception failure = connection.Failure(code);
        connection.Dispose();
        throw failure;
    }

    /// <summary>Prepares a statement that lives until the connection is closed.</summary>
    internal Statement Prepare(string sql) => Prepare(sql, PreparePersistent);

    /// <summary>Prepares a statement that the caller disposes.</summary>
    internal Statement PrepareOnce(string sql) => Prepare(sql, flags: 0);

    /// <summary>Runs one statement, without parameters, to its end, and forgets it.</summary>
    internal void Execute(string sql)
    {
        using Statement statement = PrepareOnce(sql);
        while (statement.Step())
        {
        }
    }

    /// <summary>The first column of the first row of a query.</summary>
    internal long QueryInt64(string sql)
    {
        using Statement statement = PrepareOnce(sql);
        return statement.Step() ? statement.Int64(0) : throw new InvalidOperationException($"No row from: {sql}");
    }

    /// <summary>The text in the first column of the first row of a query.</summary>
    internal string QueryText(string sql)
    {
        using Statement statement = PrepareOnce(sql);
        return statement.Step()
            ? Encoding.UTF8.GetString(statement.Bytes(0))
            : throw new InvalidOperationException($"No row from: {sql}");
    }

    /// <summary>Overwrites the bytes of a blob, whose length stays.</summary>
    /// <param name="table">The table; a literal, behind which there is a NUL.</param>
    /// <param name="column">The column; a literal, too.</param>
    /// <param name="row">The row's id.</param>
    /// <param name="value">As long as the blob is.</param>
    internal void WriteBlob(ReadOnlySpan<byte> table, ReadOnlySpan<byte> column, long row, ReadOnlySpan<byte> value)
    {
        nint database = _handle.DangerousGetHandle();
        nint blob = 0;
        fixed (byte* schemaName = "main"u8, tableName = table, columnName = column, bytes = value)
        {
            try
            {
                Check(SqliteNative.sqlite3_blob_open(database, schemaName, tableName, columnName, row, writes: 1, &blob));
                Check(SqliteNative.sqlite3_blob_write(blob, bytes, value.Length, offset: 0));
            }
            finally
            {
                _ = SqliteNative.sqlite3_blob_close(blob);
                GC.KeepAlive(_handle);
            }
        }
    }

    /// <summary>Adds a virtual table under a name that no table has.</summary>
    /// <param name="name">The name.</param>
    /// <param name="methods">Must stay in place for as long as the process.</param>
    /// <param name="data">Given to the method that connects the table.</param>
    /// <param name="free">Frees the data, when the connection closes or now if this fails.</param>
    internal void AddTable(
        string name, VirtualTableMethods* methods, nint data, delegate* unmanaged[Cdecl]<nint, void> free)
    {
        fixed (byte* text = ZeroTerminated.Utf8(name))
        {
            int code = SqliteNative.sqlite3_create_module_v2(_handle.DangerousGetHandle(), text, methods, data, free);
            GC.KeepAlive(_handle);
            Check(code);
        }
    }

    /// <summary>Adds a function that only our own statements may call, not what is in the database.</summary>
    /// <param name="name">The name.</param>
    /// <param name="arguments">How many arguments it takes.</param>
    /// <param name="data">Its <c>sqlite3_user_data</c>.</param>
    /// <param name="function">The function.</param>
    /// <param name="free">Frees the data, when the connection closes or now if this fails.</param>
    internal void AddFunction(
        string name,
        int arguments,
        nint data,
        delegate* unmanaged[Cdecl]<nint, int, nint*, void> function,
        delegate* unmanaged[Cdecl]<nint, void> free)
    {
        fixed (byte* text = ZeroTerminated.Utf8(name))
        {
            int code = SqliteNative.sqlite3_create_function_v2(
                _handle.DangerousGetHandle(), text, arguments, SqliteNative.Utf8 | DirectOnly, data, function, step: 0, final: 0, free);
            GC.KeepAlive(_handle);
            Check(code);
        }
    }

    /// <summary>An open file, as SQLite's <c>sqlite3_file</c>; the log is open once something was read.</summary>
    internal nint FileOf(int operation)
    {
        nint file;
        Check(SqliteNative.sqlite3_file_control(_handle.DangerousGetHandle(), null, operation, &file));
        GC.KeepAlive(_handle);
        return file;
    }

    /// <summary>How long a call waits for a lock from now on; zero: it ends with busy at once.</summary>
    internal TimeSpan BusyTimeout
    {
        set => _wait.Timeout = value;
    }

    /// <summary>How long a call waits for a lock from now on, and what ends that before.</summary>
    internal void WaitAtMost(TimeSpan timeout, CancellationToken cancellationToken)
    {
        _wait.Timeout = timeout;
        _wait.Cancellation = cancellationToken;
    }

    /// <summary>Waits a little before a call is tried again that ended with busy without waiting.</summary>
    internal void Pause(int attempt) => _wait.Pause(attempt);

    /// <summary>Makes the statement that runs now fail, on whatever thread. For as long as the connection is open.</summary>
    internal void Interrupt()
    {
        SqliteNative.sqlite3_interrupt(_handle.DangerousGetHandle());
        GC.KeepAlive(_handle);
    }

    /// <summary>The exception for a failed call, with what SQLite says about it.</summary>
    internal Exception Failure(int code)
    {
        nint database = _handle.DangerousGetHandle();
        int extended = database == 0 ? code : SqliteNative.sqlite3_extended_errcode(database);

        // The message belongs to the last call that set it, which a misuse does not.
        bool belongs = ResultCode.Primary(extended) == ResultCode.Primary(code);
        byte* message = database != 0 && belongs ? SqliteNative.sqlite3_errmsg(database) : SqliteNative.sqlite3_errstr(code);
        int errno = ResultCode.Primary(code) is ResultCode.InputOutput or ResultCode.CannotOpen && database != 0
            ? SqliteNative.sqlite3_system_errno(database)
            : 0;
        var cause = new SqliteErrorException(
            belongs ? extended : code, Marshal.PtrToStringUTF8((nint)message) ?? "unknown error", errno);
        GC.KeepAlive(_handle);
        Exception failure = SqliteErrors.Explain(cause, File, Phase);
        NoteIfRolledBack(failure);
        return failure;
    }

    public void Dispose()
    {
        foreach (Statement statement in _statements)
        {
            statement.Dispose();
        }

        _statements.Clear();
        _locks = null;
        _handle.Dispose();
        _wait.Dispose();
        ForgetLog();
    }

    private Statement Prepare(string sql, uint flags)
    {
        byte[] text = ZeroTerminated.Utf8(sql);
        nint pointer = 0;
        fixed (byte* start = text)
        {
            nint database = _handle.DangerousGetHandle();
            int code = SqliteNative.sqlite3_prepare_v3(database, start, text.Length, flags, &pointer, null);
            GC.KeepAlive(_handle);
            Check(code);
        }

        var statement = new Statement(this, new StatementHandle(pointer));
        if (flags == PreparePersistent)
        {
            _statements.Add(statement);
        }

        return statement;
    }

    private void Check(int code)
    {
        if (code != ResultCode.Ok)
        {
            throw Failure(code);
        }
    }
}
