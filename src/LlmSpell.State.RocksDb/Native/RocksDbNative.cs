using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

[assembly: DisableRuntimeMarshalling]

namespace LlmSpell.State.RocksDb.Native;

/// <summary>
/// The functions of RocksDB's C interface that the store uses to open a database and look after it; the header
/// <c>rocksdb/c.h</c> documents them. What fails gives a text that the caller frees.
/// </summary>
/// <remarks>
/// The library is loaded with the first call. <see cref="SuppressGCTransitionAttribute"/> stands only on functions that read a field:
/// they never block or touch the disk.
/// </remarks>
internal static unsafe partial class RocksDbNative
{
    internal const string Library = "rocksdb";

    [LibraryImport(Library)]
    internal static partial void rocksdb_free(void* memory);

    [LibraryImport(Library)]
    internal static partial nint rocksdb_open_column_families(
        nint options, byte* name, int count, byte** names, nint* familyOptions, nint* families, byte** error);

    [LibraryImport(Library)]
    internal static partial nint rocksdb_open_for_read_only_column_families(
        nint options, byte* name, int count, byte** names, nint* familyOptions, nint* families, byte errorIfLogExists, byte** error);

    [LibraryImport(Library)]
    internal static partial byte** rocksdb_list_column_families(nint options, byte* name, nuint* count, byte** error);

    [LibraryImport(Library)]
    internal static partial void rocksdb_list_column_families_destroy(byte** names, nuint count);

    [LibraryImport(Library)]
    internal static partial void rocksdb_close(nint database);

    [LibraryImport(Library)]
    internal static partial nint rocksdb_create_column_family(nint database, nint options, byte* name, byte** error);

    [LibraryImport(Library)]
    internal static partial void rocksdb_drop_column_family(nint database, nint family, byte** error);

    [LibraryImport(Library)]
    internal static partial void rocksdb_column_family_handle_destroy(nint family);

    [LibraryImport(Library)]
    internal static partial void rocksdb_flush_wal(nint database, byte sync, byte** error);

    [LibraryImport(Library)]
    internal static partial nint rocksdb_flushoptions_create();

    [LibraryImport(Library)]
    internal static partial void rocksdb_flushoptions_destroy(nint options);

    [LibraryImport(Library)]
    internal static partial void rocksdb_flush_cfs(nint database, nint options, nint* families, int count, byte** error);

    [LibraryImport(Library)]
    internal static partial void rocksdb_verify_checksum(nint database, byte** error);

    [LibraryImport(Library)]
    internal static partial nint rocksdb_sstfilewriter_create(nint environment, nint options);

    [LibraryImport(Library)]
    internal static partial void rocksdb_sstfilewriter_open(nint writer, byte* name, byte** error);

    [LibraryImport(Library)]
    internal static partial void rocksdb_sstfilewriter_put(nint writer, byte* key, nuint keyLength, byte* value, nuint valueLength, byte** error);

    [LibraryImport(Library)]
    internal static partial void rocksdb_sstfilewriter_finish(nint writer, byte** error);

    [LibraryImport(Library)]
    internal static partial void rocksdb_sstfilewriter_destroy(nint writer);

    [LibraryImport(Library)]
    internal static partial nint rocksdb_envoptions_create();

    [LibraryImport(Library)]
    internal static partial void rocksdb_envoptions_destroy(nint options);

    [LibraryImport(Library)]
    internal static partial nint rocksdb_ingestexternalfileoptions_create();

    [LibraryImport(Library)]
    internal static partial void rocksdb_ingestexternalfileoptions_set_move_files(nint options, byte value);

    [LibraryImport(Library)]
    internal static partial void rocksdb_ingestexternalfileoptions_destroy(nint options);

    [LibraryImport(Library)]
    internal static partial void rocksdb_ingest_external_file_cf(
        nint database, nint family, byte** files, nuint count, nint options, byte** error);
}
