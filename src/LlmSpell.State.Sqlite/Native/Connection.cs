using System.Runtime.InteropServices;
using System.Text;

namespace LlmSpell.State.Sqlite.Native;

/// <summary>A connection to one database file. Not thread-safe.</summary>
internal sealed unsafe class Connection : IDisposable
{
    private const uint PreparePersistent = 1;

    private readonly ConnectionHandle _handle;
    private readonly List<Statement> _statements = [];

    private Connection(ConnectionHandle handle, string file)
    {
        _handle = handle;
        File = file;
    }

    internal string File { get; }

    /// <summary>Whether a transaction is open.</summary>
    internal bool InTransaction => Use(SqliteNative.sqlite3_get_autocommit) == 0;

    internal static Connection Open(string file, OpenMode mode)
    {
        nint database = 0;
        int code;
        fixed (byte* name = ZeroTerminated(file))
            code = SqliteNative.sqlite3_open_v2(name, &database, (int)(mode | OpenMode.NoMutex | OpenMode.ExtendedCodes), null);

        // SQLite gives a handle, which must be closed, even when it could not open the file.
        var connection = new Connection(new ConnectionHandle(database), file);
        if (code == ResultCode.Ok)
            return connection;

        SqliteErrorException failure = connection.Failure(code);
        connection.Dispose();
        throw failure;
    }

    /// <summary>Prepares a statement that lives until the connection is closed.</summary>
    internal Statement Prepare(string sql) => Prepare(sql, PreparePersistent);

    /// <summary>Runs one statement, without parameters, to its end, and forgets it.</summary>
    internal void Execute(string sql)
    {
        using Statement statement = Prepare(sql, flags: 0);
        while (statement.Step())
        {
        }
    }

    /// <summary>The first column of the first row of a query.</summary>
    internal long QueryInt64(string sql)
    {
        using Statement statement = Prepare(sql, flags: 0);
        return statement.Step() ? statement.Int64(0) : throw new InvalidOperationException($"No row from: {sql}");
    }

    /// <summary>What SQLite says about the last failed call.</summary>
    internal SqliteErrorException Failure(int code)
    {
        nint database = _handle.DangerousGetHandle();
        int extended = database == 0 ? code : SqliteNative.sqlite3_extended_errcode(database);

        // errmsg belongs to the last call; a misuse does not set it.
        bool belongs = ResultCode.Primary(extended) == ResultCode.Primary(code);
        byte* message = database != 0 && belongs ? SqliteNative.sqlite3_errmsg(database) : SqliteNative.sqlite3_errstr(code);
        int errno = ResultCode.Primary(code) is ResultCode.InputOutput or ResultCode.CannotOpen && database != 0
            ? SqliteNative.sqlite3_system_errno(database)
            : 0;
        var failure = new SqliteErrorException(
            belongs ? extended : code, Marshal.PtrToStringUTF8((nint)message) ?? "unknown error", File, errno);
        GC.KeepAlive(_handle);
        return failure;
    }

    public void Dispose()
    {
        foreach (Statement statement in _statements)
            statement.Dispose();
        _statements.Clear();
        _handle.Dispose();
    }

    private Statement Prepare(string sql, uint flags)
    {
        byte[] text = ZeroTerminated(sql);
        nint pointer = 0;
        fixed (byte* start = text)
        {
            nint database = _handle.DangerousGetHandle();
            int code = SqliteNative.sqlite3_prepare_v3(database, start, text.Length, flags, &pointer, null);
            GC.KeepAlive(_handle);
            if (code != ResultCode.Ok)
                throw Failure(code);
        }

        var statement = new Statement(this, new StatementHandle(pointer));
        if (flags == PreparePersistent)
            _statements.Add(statement);
        return statement;
    }

    private int Use(Func<nint, int> call)
    {
        int result = call(_handle.DangerousGetHandle());
        GC.KeepAlive(_handle);
        return result;
    }

    private static byte[] ZeroTerminated(string text)
    {
        byte[] bytes = new byte[Encoding.UTF8.GetByteCount(text) + 1];
        Encoding.UTF8.GetBytes(text, bytes);
        return bytes;
    }
}
