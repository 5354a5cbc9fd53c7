using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using LlmSpell.State.Sqlite.Native;
using LlmSpell.State.Sqlite.Schema;

namespace LlmSpell.State.Sqlite.Writing;

/// <summary>
/// What was in the row of <c>entries</c> that a statement changes. A function in the statement's WHERE notes it, which SQLite calls only with the row that it
/// found by the key: a SELECT before would search for that row once more. Not thread-safe.
/// </summary>
internal sealed unsafe class ReplacedRow
{
    private const int Arguments = 2;

    // Owned by the connection.
    private readonly Row* _row;

    internal ReplacedRow(Connection connection)
    {
        _row = (Row*)NativeMemory.AllocZeroed((nuint)sizeof(Row));
        connection.AddFunction(Sql.ReplacesName, Arguments, (nint)_row, &Replaces, &Free);
    }

    /// <summary>The value's place in <c>large_values</c>; null if it lay in the row.</summary>
    internal long? Large => _row->IsLarge ? _row->Large : null;

    /// <summary>Runs a statement with the function in its WHERE.</summary>
    /// <returns>The hash of the entry before; null if there was none.</returns>
    internal EntryHash? Run(Statement statement, int valueParameter, ReadOnlySpan<byte> value, string file)
    {
        _row->Exists = false;
        statement.RunWithBlob(valueParameter, value);
        return Hash(file);
    }

    /// <inheritdoc cref="Run(Statement, int, ReadOnlySpan{byte}, string)"/>
    internal EntryHash? Run(Statement statement, string file)
    {
        _row->Exists = false;
        statement.Run();
        return Hash(file);
    }

    private EntryHash? Hash(string file) =>
        _row->Exists ? StoredHash.ReadHash(new ReadOnlySpan<byte>(_row->Hash, _row->HashLength), file) : null;

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void Replaces(nint context, int count, nint* arguments) => Note(context, arguments);

    // Never inlined: see SqliteNative.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Note(nint context, nint* arguments)
    {
        var row = (Row*)SqliteNative.sqlite3_user_data(context);
        row->Exists = true;
        byte* hash = SqliteNative.sqlite3_value_blob(arguments[0]);
        row->HashLength = Math.Min(SqliteNative.sqlite3_value_bytes(arguments[0]), Row.MaxHashBytes);
        new ReadOnlySpan<byte>(hash, row->HashLength).CopyTo(new Span<byte>(row->Hash, Row.MaxHashBytes));
        row->IsLarge = SqliteNative.sqlite3_value_type(arguments[1]) != SqliteNative.NullType;
        row->Large = row->IsLarge ? SqliteNative.sqlite3_value_int64(arguments[1]) : 0;
        SqliteNative.sqlite3_result_int64(context, 1);
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void Free(nint data) => NativeMemory.Free((void*)data);

    private struct Row
    {
        /// <summary>One more than a hash has, so that a longer one is seen to be wrong.</summary>
        internal const int MaxHashBytes = EntryHash.Size + 1;

        internal bool Exists;
        internal bool IsLarge;
        internal int HashLength;
        internal long Large;
        internal fixed byte Hash[MaxHashBytes];
    }
}
