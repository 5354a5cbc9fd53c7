using System.Runtime.InteropServices;

namespace LlmSpell.State.RocksDb.Native;

/// <summary>Bytes that belong to RocksDB, or that it is given for one call; <c>rocksdb_slice_t</c>.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct NativeSlice
{
    internal byte* Data;
    internal nuint Length;

    internal readonly ReadOnlySpan<byte> Span => new(Data, checked((int)Length));
}

/// <summary>The functions that read and write entries.</summary>
internal static unsafe partial class RocksDbNative
{
    [LibraryImport(Library)]
    internal static partial nint rocksdb_get_pinned_cf_v2(nint database, nint options, nint family, byte* key, nuint keyLength, byte** error);

    [LibraryImport(Library), SuppressGCTransition]
    internal static partial byte* rocksdb_pinnable_handle_get_value(nint handle, nuint* length);

    [LibraryImport(Library)]
    internal static partial void rocksdb_pinnable_handle_destroy(nint handle);

    [LibraryImport(Library)]
    internal static partial nint rocksdb_batched_multi_get_pinned_cf(
        nint database, nint options, nint family, nuint count, NativeSlice* keys, byte sortedInput);

    [LibraryImport(Library)]
    internal static partial int rocksdb_pinnable_multi_get_result(
        nint result, nuint index, byte** value, nuint* valueLength, byte** error, nuint* errorLength);

    [LibraryImport(Library)]
    internal static partial void rocksdb_pinnable_multi_get_destroy(nint result);

    [LibraryImport(Library)]
    internal static partial nint rocksdb_create_snapshot(nint database);

    [LibraryImport(Library)]
    internal static partial void rocksdb_release_snapshot(nint database, nint snapshot);

    [LibraryImport(Library)]
    internal static partial nint rocksdb_create_iterator_cf(nint database, nint options, nint family);

    [LibraryImport(Library)]
    internal static partial void rocksdb_iter_destroy(nint iterator);

    [LibraryImport(Library), SuppressGCTransition]
    internal static partial byte rocksdb_iter_valid(nint iterator);

    [LibraryImport(Library)]
    internal static partial void rocksdb_iter_seek(nint iterator, byte* key, nuint keyLength);

    [LibraryImport(Library)]
    internal static partial void rocksdb_iter_seek_to_first(nint iterator);

    [LibraryImport(Library)]
    internal static partial void rocksdb_iter_seek_to_last(nint iterator);

    [LibraryImport(Library)]
    internal static partial void rocksdb_iter_next(nint iterator);

    [LibraryImport(Library), SuppressGCTransition]
    internal static partial NativeSlice rocksdb_iter_key_slice(nint iterator);

    // Not suppressed: the value of a merged iterator, or one that is not in its block, is fetched here.
    [LibraryImport(Library)]
    internal static partial NativeSlice rocksdb_iter_value_slice(nint iterator);

    [LibraryImport(Library)]
    internal static partial void rocksdb_iter_get_error(nint iterator, byte** error);

    [LibraryImport(Library)]
    internal static partial nint rocksdb_writebatch_wi_create(nuint reservedBytes, byte overwriteKeys);

    [LibraryImport(Library)]
    internal static partial void rocksdb_writebatch_wi_destroy(nint batch);

    [LibraryImport(Library)]
    internal static partial void rocksdb_writebatch_wi_put_cf(
        nint batch, nint family, byte* key, nuint keyLength, byte* value, nuint valueLength);

    [LibraryImport(Library)]
    internal static partial void rocksdb_writebatch_wi_delete_cf(nint batch, nint family, byte* key, nuint keyLength);

    [LibraryImport(Library)]
    internal static partial nint rocksdb_writebatch_wi_create_iterator_with_base_cf_readopts(
        nint batch, nint baseIterator, nint family, nint options);

    [LibraryImport(Library)]
    internal static partial nint rocksdb_writebatch_create();

    [LibraryImport(Library)]
    internal static partial void rocksdb_writebatch_destroy(nint batch);

    [LibraryImport(Library)]
    internal static partial void rocksdb_writebatch_put_cf(
        nint batch, nint family, byte* key, nuint keyLength, byte* value, nuint valueLength);

    [LibraryImport(Library)]
    internal static partial void rocksdb_writebatch_clear(nint batch);

    [LibraryImport(Library), SuppressGCTransition]
    internal static partial byte* rocksdb_writebatch_data(nint batch, nuint* length);

    [LibraryImport(Library)]
    internal static partial void rocksdb_writebatch_putv_cf(
        nint batch, nint family, int keyParts, byte** keys, nuint* keyLengths, int valueParts, byte** values, nuint* valueLengths);

    [LibraryImport(Library)]
    internal static partial void rocksdb_writebatch_delete_cf(nint batch, nint family, byte* key, nuint keyLength);

    [LibraryImport(Library)]
    internal static partial void rocksdb_writebatch_delete_range_cf(
        nint batch, nint family, byte* from, nuint fromLength, byte* to, nuint toLength);

    [LibraryImport(Library)]
    internal static partial void rocksdb_write(nint database, nint options, nint batch, byte** error);
}
