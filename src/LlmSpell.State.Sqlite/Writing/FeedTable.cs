using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;
using LlmSpell.State.Sqlite.Native;
using LlmSpell.State.Sqlite.Schema;

namespace LlmSpell.State.Sqlite.Writing;

/// <summary>
/// A virtual table whose rows are the entries of an <see cref="EntryFeed"/>, so that one statement inserts as many as there are:
/// its place at the end of <c>entries</c> stays open, where a statement for each row would search it anew. Not thread-safe.
/// </summary>
internal sealed unsafe class FeedTable
{
    private static readonly VirtualTableMethods* Methods = CreateMethods();
    private static readonly byte* Columns = CreateColumns();

    private readonly Statement _insert;
    private readonly FeedRow* _row;

    internal FeedTable(Connection connection)
    {
        // The connection frees it, also if it cannot take it.
        _row = (FeedRow*)NativeMemory.AllocZeroed((nuint)sizeof(FeedRow));
        connection.AddTable(Sql.FeedName, Methods, (nint)_row, &Free);
        _insert = connection.Prepare(Sql.InsertFeed);
    }

    /// <summary>Inserts all that the feed gives.</summary>
    internal void Insert(EntryFeed feed)
    {
        _row->IsAtEnd = false;
        _row->Feed = GCHandle.Alloc(feed);
        try
        {
            _insert.Run();
        }
        catch (StateException) when (feed.Failure is not null)
        {
            ExceptionDispatchInfo.Throw(feed.Failure);
        }
        finally
        {
            _row->Feed.Free();
        }

        if (!_row->IsAtEnd)
        {
            throw new InvalidOperationException($"A table {Sql.FeedName} in the database stands in place of the entries.");
        }
    }

    private static VirtualTableMethods* CreateMethods()
    {
        var methods = (VirtualTableMethods*)NativeMemory.AllocZeroed((nuint)sizeof(VirtualTableMethods));
        methods->Connect = &Connect;
        methods->BestIndex = &BestIndex;
        methods->Disconnect = &Disconnect;
        methods->Open = &Open;
        methods->Close = &Close;
        methods->Filter = &Filter;
        methods->Next = &Next;
        methods->IsAtEnd = &IsAtEnd;
        methods->Column = &Column;
        methods->RowId = &RowId;
        return methods;
    }

    private static byte* CreateColumns() => (byte*)Marshal.StringToCoTaskMemUTF8(Sql.FeedColumns);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void Free(nint data) => NativeMemory.Free((void*)data);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Connect(nint database, nint data, int count, byte** arguments, VirtualTable** table, byte** error)
    {
        *table = (VirtualTable*)NativeMemory.AllocZeroed((nuint)sizeof(VirtualTable));
        (*table)->Data = data;
        return SqliteNative.sqlite3_declare_vtab(database, Columns);
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int BestIndex(VirtualTable* table, nint information) => ResultCode.Ok;

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Disconnect(VirtualTable* table)
    {
        NativeMemory.Free(table);
        return ResultCode.Ok;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Open(VirtualTable* table, VirtualCursor** cursor)
    {
        *cursor = (VirtualCursor*)NativeMemory.AllocZeroed((nuint)sizeof(VirtualCursor));
        (*cursor)->Data = table->Data;
        return ResultCode.Ok;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Close(VirtualCursor* cursor)
    {
        NativeMemory.Free(cursor);
        return ResultCode.Ok;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Filter(VirtualCursor* cursor, int index, byte* name, int count, nint* arguments) => Step(cursor);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Next(VirtualCursor* cursor) => Step(cursor);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int IsAtEnd(VirtualCursor* cursor) => RowOf(cursor)->IsAtEnd ? 1 : 0;

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Column(VirtualCursor* cursor, nint context, int column)
    {
        Answer(RowOf(cursor), context, column);
        return ResultCode.Ok;
    }

    // Never inlined: see SqliteNative.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Answer(FeedRow* row, nint context, int column)
    {
        byte* key = row->Bytes + row->ScopeLength;
        switch (column)
        {
            case 0:
                SqliteNative.sqlite3_result_text64(context, row->Bytes, (ulong)row->ScopeLength, SqliteNative.Static, SqliteNative.Utf8);
                break;
            case 1:
                SqliteNative.sqlite3_result_text64(context, key, (ulong)row->KeyLength, SqliteNative.Static, SqliteNative.Utf8);
                break;
            case 2:
                SqliteNative.sqlite3_result_int64(context, row->ModifiedAt);
                break;
            case 3:
                SqliteNative.sqlite3_result_blob64(context, row->Hash, EntryHash.Size, SqliteNative.Static);
                break;
            case 4 when row->IsLarge:
                SqliteNative.sqlite3_result_int64(context, row->Large);
                break;
            case 5 when !row->IsLarge:
                SqliteNative.sqlite3_result_blob64(context, key + row->KeyLength, (ulong)row->ValueLength, SqliteNative.Static);
                break;
            default:
                SqliteNative.sqlite3_result_null(context);
                break;
        }
    }

    // The table has no use for row numbers, but SQLite asks for the method.
    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int RowId(VirtualCursor* cursor, long* id)
    {
        *id = 0;
        return ResultCode.Ok;
    }

    private static FeedRow* RowOf(VirtualCursor* cursor) => (FeedRow*)cursor->Data;

    private static int Step(VirtualCursor* cursor)
    {
        FeedRow* row = RowOf(cursor);
        return Unsafe.As<EntryFeed>(row->Feed.Target!).Next(row);
    }
}
