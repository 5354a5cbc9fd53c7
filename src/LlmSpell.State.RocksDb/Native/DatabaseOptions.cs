using LlmSpell.State.Native;

namespace LlmSpell.State.RocksDb.Native;

/// <summary>How RocksDB is set up: options for the database and its families, the block cache, and the options of single calls.</summary>
internal sealed unsafe class DatabaseOptions : IDisposable
{
    private const int BlockBytes = 4096;
    private const int BinaryAndHash = 1;

    // The index has the first key of each block, so that a walk over tables that overlap has only the block of the present entry in memory, and
    // not one of each table: with large values that is the value.
    private const int BinarySearchWithFirstKey = 3;
    private const int BinarySearch = 0;

    private const int FormatVersion = 6;
    private const double BloomBitsPerKey = 10;

    // A commit touches three families, which must not fall apart: all are flushed together (atomic_flush), so what the tables show is always
    // one moment, also to a process that looks on. Everything stays open (max_open_files), so that it can go on reading files that are deleted.
    private const string Text =
        "create_if_missing=true;avoid_flush_during_recovery=true;atomic_flush=true;max_open_files=-1;max_file_opening_threads=2;skip_stats_update_on_db_open=true;max_background_jobs=2;"
        + "write_buffer_size=33554432;db_write_buffer_size=67108864;max_write_buffer_number=3;max_total_wal_size=67108864;"
        + "level_compaction_dynamic_level_bytes=true;target_file_size_base=33554432;max_bytes_for_level_base=134217728;"
        + "allow_concurrent_memtable_write=false;compression=kLZ4Compression;memtable_whole_key_filtering=true;memtable_prefix_bloom_size_ratio=0.02;"
        + "bytes_per_sync=1048576;stats_dump_period_sec=0;stats_persist_period_sec=0;"
        + "keep_log_file_num=2;max_log_file_size=1048576;info_log_level=WARN_LEVEL";

    private readonly NativeObject _options;
    private readonly NativeObject _incoming;
    private readonly NativeObject _cache;

    /// <param name="cacheBytes">The size of the block cache.</param>
    /// <param name="recovery">What to do about a log that cannot be read to its end.</param>
    internal DatabaseOptions(long cacheBytes, LogRecovery recovery)
    {
        LargeAllocations.GiveBack();
        _cache = new NativeObject(
            RocksDbNative.rocksdb_cache_create_hyper_clock((nuint)cacheBytes, 0), &RocksDbNative.rocksdb_cache_destroy);
        using NativeObject basis = new(RocksDbNative.rocksdb_options_create(), &RocksDbNative.rocksdb_options_destroy);
        _options = new NativeObject(RocksDbNative.rocksdb_options_create(), &RocksDbNative.rocksdb_options_destroy);
        string mode = recovery == LogRecovery.ToTheEnd ? "kTolerateCorruptedTailRecords" : "kPointInTimeRecovery";
        fixed (byte* text = ZeroTerminated.Utf8($"{Text};wal_recovery_mode={mode}"))
        {
            byte* error = null;
            RocksDbNative.rocksdb_get_options_from_string(basis.Pointer, text, _options.Pointer, &error);
            if (error != null)
            {
                throw new InvalidOperationException(NativeText.TakeError(error));
            }
        }

        _incoming = new NativeObject(RocksDbNative.rocksdb_options_create_copy(_options.Pointer), &RocksDbNative.rocksdb_options_destroy);
        UseTables(_options.Pointer, _cache.Pointer, BinarySearchWithFirstKey);
        UseTables(_incoming.Pointer, _cache.Pointer, BinarySearch);
        ReadOptions = new NativeObject(RocksDbNative.rocksdb_readoptions_create(), &RocksDbNative.rocksdb_readoptions_destroy);
        WriteOptions = new NativeObject(RocksDbNative.rocksdb_writeoptions_create(), &RocksDbNative.rocksdb_writeoptions_destroy);
    }

    /// <summary>For the database, and for each family.</summary>
    internal nint Pointer => _options.Pointer;

    /// <summary>For tables that a restore writes. They do not overlap, so they do without first keys, and their indexes, which all come into memory, are shorter.</summary>
    internal nint ForIncomingTables => _incoming.Pointer;

    /// <summary>For reading what was committed last.</summary>
    internal NativeObject ReadOptions { get; }

    internal NativeObject WriteOptions { get; }

    public void Dispose()
    {
        WriteOptions.Dispose();
        ReadOptions.Dispose();
        _options.Dispose();
        _incoming.Dispose();
        _cache.Dispose();
    }

    private static void UseTables(nint options, nint cache, int indexType)
    {
        using NativeObject table = new(RocksDbNative.rocksdb_block_based_options_create(), &RocksDbNative.rocksdb_block_based_options_destroy);
        RocksDbNative.rocksdb_block_based_options_set_block_cache(table.Pointer, cache);
        RocksDbNative.rocksdb_block_based_options_set_filter_policy(
            table.Pointer, RocksDbNative.rocksdb_filterpolicy_create_bloom_full(BloomBitsPerKey));
        RocksDbNative.rocksdb_block_based_options_set_block_size(table.Pointer, BlockBytes);
        RocksDbNative.rocksdb_block_based_options_set_format_version(table.Pointer, FormatVersion);
        RocksDbNative.rocksdb_block_based_options_set_index_type(table.Pointer, indexType);
        RocksDbNative.rocksdb_block_based_options_set_data_block_index_type(table.Pointer, BinaryAndHash);
        RocksDbNative.rocksdb_block_based_options_set_data_block_hash_ratio(table.Pointer, 0.75);
        RocksDbNative.rocksdb_block_based_options_set_cache_index_and_filter_blocks(table.Pointer, 1);
        RocksDbNative.rocksdb_block_based_options_set_pin_l0_filter_and_index_blocks_in_cache(table.Pointer, 1);
        RocksDbNative.rocksdb_options_set_block_based_table_factory(options, table.Pointer);
    }
}
