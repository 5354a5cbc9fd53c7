using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using LlmSpell.State.Sqlite.Native;
using LlmSpell.State.Sqlite.Schema;

namespace LlmSpell.State.Sqlite.Reading;

/// <summary>
/// Takes many rows of a scan in one step: a function in the statement's WHERE copies each row and is false, so that SQLite goes on by itself,
/// until one does not fit, which is then the step's row. A step and six columns for each row take longer. Not thread-safe.
/// </summary>
internal sealed unsafe class RowGatherer
{
    private const int Arguments = 6;

    // Owned by the connection.
    private readonly Room* _room;

    internal RowGatherer(Connection connection)
    {
        _room = (Room*)NativeMemory.AllocZeroed((nuint)sizeof(Room));
        connection.AddFunction(Sql.GatherName, Arguments, (nint)_room, &Gather, &Free);
    }

    /// <summary>Steps a statement with the function in its WHERE; false at its end.</summary>
    /// <param name="rows">The statement.</param>
    /// <param name="buffer">Where the rows before that step's row go, each as a <see cref="GatheredRow"/> and what it gives the lengths of.</param>
    /// <param name="length">How much of it they take, also when the step fails.</param>
    internal bool Step(EntryRow rows, Span<byte> buffer, out int length)
    {
        length = 0;
        fixed (byte* start = buffer)
        {
            _room->Next = start;
            _room->End = start + buffer.Length;
            try
            {
                return rows.Step();
            }
            finally
            {
                length = (int)(_room->Next - start);
                *_room = default;
            }
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void Gather(nint context, int count, nint* arguments) => Answer(context, count, arguments);

    // Never inlined: see SqliteNative.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Answer(nint context, int count, nint* arguments)
    {
        var room = (Room*)SqliteNative.sqlite3_user_data(context);
        SqliteNative.sqlite3_result_int64(context, count == Arguments && room->TryTake(arguments) ? 0 : 1);
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void Free(nint data) => NativeMemory.Free((void*)data);

    private struct Room
    {
        internal byte* Next;
        internal byte* End;

        internal bool TryTake(nint* row)
        {
            byte* value = SqliteNative.sqlite3_value_blob(row[3]);
            int valueLength = SqliteNative.sqlite3_value_bytes(row[3]);
            if (valueLength == 0)
            {
                // It lies elsewhere.
                return false;
            }

            byte* scope = SqliteNative.sqlite3_value_blob(row[4]);
            int scopeLength = SqliteNative.sqlite3_value_bytes(row[4]);
            byte* key = SqliteNative.sqlite3_value_blob(row[5]);
            int keyLength = SqliteNative.sqlite3_value_bytes(row[5]);
            byte* hash = SqliteNative.sqlite3_value_blob(row[1]);
            int hashLength = SqliteNative.sqlite3_value_bytes(row[1]);
            long length = sizeof(GatheredRow) + (long)scopeLength + keyLength + hashLength + valueLength;
            if (length > End - Next)
            {
                return false;
            }

            Unsafe.WriteUnaligned(Next, new GatheredRow
            {
                Length = (int)length,
                ScopeLength = scopeLength,
                KeyLength = keyLength,
                HashLength = hashLength,
                ValueLength = valueLength,
                ModifiedAt = SqliteNative.sqlite3_value_int64(row[0]),
            });
            Next += sizeof(GatheredRow);
            Put(scope, scopeLength);
            Put(key, keyLength);
            Put(hash, hashLength);
            Put(value, valueLength);
            return true;
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private void Put(byte* bytes, int length)
        {
            Unsafe.CopyBlockUnaligned(Next, bytes, (uint)length);
            Next += length;
        }
    }
}
