using System.Diagnostics;
using System.Text;

namespace LlmSpell.State.Sqlite.Native;

/// <summary>
/// A prepared statement, kept for as long as its connection. Not thread-safe: whoever holds the connection uses it.
/// </summary>
/// <remarks>
/// A span from a column is SQLite's own memory: it ends with the next <see cref="Step"/> or <see cref="Reset"/>.
/// </remarks>
internal sealed unsafe class Statement : IDisposable
{
    private readonly Connection _connection;
    private readonly StatementHandle _handle;
    private nint _pointer;

    internal Statement(Connection connection, StatementHandle handle)
    {
        _connection = connection;
        _handle = handle;
        _pointer = handle.DangerousGetHandle();
    }

    /// <summary>Binds a copy of a text of UTF-8; an empty one is the empty text.</summary>
    internal void BindText(int parameter, ReadOnlySpan<byte> value)
    {
        byte nothing = 0;
        fixed (byte* start = value)
        {
            Check(SqliteNative.sqlite3_bind_text64(
                _pointer, parameter, start == null ? &nothing : start, (ulong)value.Length, SqliteNative.Transient, SqliteNative.Utf8));
        }
    }

    /// <summary>Binds a text.</summary>
    internal void BindText(int parameter, string value) => BindText(parameter, Encoding.UTF8.GetBytes(value));

    /// <summary>Binds a copy of a blob; an empty one is the empty blob, not NULL.</summary>
    internal void BindBlob(int parameter, ReadOnlySpan<byte> value)
    {
        byte nothing = 0;
        fixed (byte* start = value)
        {
            Check(SqliteNative.sqlite3_bind_blob64(
                _pointer, parameter, start == null ? &nothing : start, (ulong)value.Length, SqliteNative.Transient));
        }
    }

    /// <summary>
    /// Binds a blob, runs the statement to its end and resets it, all while the blob is pinned, so that it is never copied.
    /// </summary>
    internal void RunWithBlob(int parameter, ReadOnlySpan<byte> value)
    {
        byte nothing = 0;
        fixed (byte* start = value)
        {
            Check(SqliteNative.sqlite3_bind_blob64(
                _pointer, parameter, start == null ? &nothing : start, (ulong)value.Length, SqliteNative.Static));
            try
            {
                Run();
            }
            finally
            {
                _ = SqliteNative.sqlite3_bind_null(_pointer, parameter);
            }
        }
    }

    /// <summary>Binds a blob of zeros, for which SQLite takes no memory.</summary>
    internal void BindZeros(int parameter, int length)
    {
        Check(SqliteNative.sqlite3_bind_zeroblob(_pointer, parameter, length));
    }

    internal void BindInt64(int parameter, long value)
    {
        Check(SqliteNative.sqlite3_bind_int64(_pointer, parameter, value));
    }

    internal void BindNull(int parameter)
    {
        Check(SqliteNative.sqlite3_bind_null(_pointer, parameter));
    }

    /// <summary>Goes to the next row; false at the end.</summary>
    internal bool Step()
    {
        int code = SqliteNative.sqlite3_step(_pointer);
        GC.KeepAlive(_handle);
        return code switch
        {
            ResultCode.Row => true,
            ResultCode.Done => false,
            _ => throw _connection.Failure(code),
        };
    }

    /// <summary>Ends the present run. An error of the last step was thrown by it and is not repeated.</summary>
    internal void Reset()
    {
        _ = SqliteNative.sqlite3_reset(_pointer);
        GC.KeepAlive(_handle);
    }

    /// <summary>Runs a statement that gives no rows, and resets it.</summary>
    internal void Run()
    {
        try
        {
            bool row = Step();
            Debug.Assert(!row, "A statement without rows gave one.");
        }
        finally
        {
            Reset();
        }
    }

    /// <summary>Runs a statement that gives no rows, and resets it; false if another connection holds the lock that it needs.</summary>
    internal bool RunUnlessBusy()
    {
        int code = SqliteNative.sqlite3_step(_pointer);
        try
        {
            return code switch
            {
                ResultCode.Done => true,
                _ when ResultCode.Primary(code) == ResultCode.Busy => false,
                _ => throw _connection.Failure(code),
            };
        }
        finally
        {
            Reset();
        }
    }

    internal bool IsNull(int column)
    {
        bool isNull = SqliteNative.sqlite3_column_type(_pointer, column) == SqliteNative.NullType;
        GC.KeepAlive(_handle);
        return isNull;
    }

    internal long Int64(int column)
    {
        long value = SqliteNative.sqlite3_column_int64(_pointer, column);
        GC.KeepAlive(_handle);
        return value;
    }

    /// <summary>The bytes of a text or blob column.</summary>
    internal ReadOnlySpan<byte> Bytes(int column)
    {
        byte* start = SqliteNative.sqlite3_column_blob(_pointer, column);
        int length = SqliteNative.sqlite3_column_bytes(_pointer, column);
        GC.KeepAlive(_handle);
        return new ReadOnlySpan<byte>(start, length);
    }

    public void Dispose()
    {
        _pointer = 0;
        _handle.Dispose();
    }

    private void Check(int code)
    {
        GC.KeepAlive(_handle);
        if (code != ResultCode.Ok)
        {
            throw _connection.Failure(code);
        }
    }
}
