using System.Runtime.InteropServices;
using LlmSpell.State.Native;
using LlmSpell.State.RocksDb.Errors;

namespace LlmSpell.State.RocksDb.Native;

/// <summary>An open database. Thread-safe as RocksDB is. Families, snapshots and cursors keep it open until they end.</summary>
internal sealed unsafe class Database : IDisposable
{
    private readonly DatabaseHandle _handle;
    private readonly DatabaseOptions _options;

    private Database(DatabaseHandle handle, string folder, DatabaseOptions options)
    {
        _handle = handle;
        _options = options;
        Folder = folder;
    }

    /// <summary>RocksDB's folder, for messages.</summary>
    internal string Folder { get; }

    internal DatabaseHandle Handle => _handle;

    internal DatabaseOptions Options => _options;

    internal nint Pointer => _handle.Pointer;

    /// <summary>The families that a database has, as its manifest says.</summary>
    /// <param name="folder">RocksDB's folder.</param>
    /// <param name="options">For opening the database next; disposed if this fails.</param>
    internal static List<string> ListFamilies(string folder, DatabaseOptions options)
    {
        nuint count;
        byte* error = null;
        byte** names;
        fixed (byte* name = ZeroTerminated.Utf8(folder))
        {
            names = RocksDbNative.rocksdb_list_column_families(options.Pointer, name, &count, &error);
        }

        try
        {
            RocksDbErrors.ThrowIfOpeningFailed(error, folder);
        }
        catch
        {
            options.Dispose();
            throw;
        }

        List<string> list = [];
        for (nuint i = 0; i < count; i++)
        {
            list.Add(Marshal.PtrToStringUTF8((nint)names[i])!);
        }

        RocksDbNative.rocksdb_list_column_families_destroy(names, count);
        return list;
    }

    /// <summary>Opens a database for writing; makes it if it is not there.</summary>
    /// <param name="folder">RocksDB's folder.</param>
    /// <param name="names">All its families.</param>
    /// <param name="options">Owned by the database from now on, also if this fails.</param>
    /// <param name="families">The families, in the order of their names.</param>
    internal static Database Open(string folder, IReadOnlyList<string> names, DatabaseOptions options, out Family[] families) =>
        Open(folder, readOnly: false, names, options, out families);

    /// <summary>Opens a database that another process may have open, as it is now, for reading. Nothing is written, also not into its folder.</summary>
    /// <param name="folder">RocksDB's folder.</param>
    /// <param name="names">The families to open.</param>
    /// <param name="options">Owned by the database from now on, also if this fails.</param>
    /// <param name="families">The families, in the order of their names.</param>
    internal static Database OpenReadOnly(string folder, IReadOnlyList<string> names, DatabaseOptions options, out Family[] families) =>
        Open(folder, readOnly: true, names, options, out families);

    internal Family CreateFamily(string name)
    {
        byte* error = null;
        nint family;
        fixed (byte* text = ZeroTerminated.Utf8(name))
        {
            family = RocksDbNative.rocksdb_create_column_family(Pointer, _options.Pointer, text, &error);
        }

        ThrowIfFailed(error, Access.Write);
        return new Family(_handle, family, name);
    }

    /// <summary>Deletes a family. What is open of it can still be read.</summary>
    internal void Drop(Family family)
    {
        byte* error = null;
        RocksDbNative.rocksdb_drop_column_family(Pointer, family.Pointer, &error);
        ThrowIfFailed(error, Access.Write);
    }

    /// <summary>Returns when all that was written so far survives a power loss.</summary>
    internal void FlushLog()
    {
        byte* error = null;
        RocksDbNative.rocksdb_flush_wal(Pointer, sync: 1, &error);
        ThrowIfFailed(error, Access.Write);
    }

    /// <summary>Writes what is in the write buffers into tables, so that the log need not be read when the database is opened again.</summary>
    internal void FlushTables(ReadOnlySpan<nint> families)
    {
        using NativeObject flush = new(RocksDbNative.rocksdb_flushoptions_create(), &RocksDbNative.rocksdb_flushoptions_destroy);
        byte* error = null;
        fixed (nint* list = families)
        {
            RocksDbNative.rocksdb_flush_cfs(Pointer, flush.Pointer, list, families.Length, &error);
        }

        ThrowIfFailed(error, Access.Write);
    }

    /// <summary>Reads every block of every table and compares its checksum.</summary>
    internal void VerifyChecksums()
    {
        byte* error = null;
        RocksDbNative.rocksdb_verify_checksum(Pointer, &error);
        ThrowIfFailed(error, Access.Read);
    }

    /// <summary>Takes table files that were written elsewhere into a family.</summary>
    internal void Ingest(Family family, IReadOnlyList<string> files)
    {
        using NativeObject ingest = new(
            RocksDbNative.rocksdb_ingestexternalfileoptions_create(), &RocksDbNative.rocksdb_ingestexternalfileoptions_destroy);
        RocksDbNative.rocksdb_ingestexternalfileoptions_set_move_files(ingest.Pointer, 1);
        byte** list = NativeText.AllocateList(files);
        byte* error = null;
        RocksDbNative.rocksdb_ingest_external_file_cf(Pointer, family.Pointer, list, (nuint)files.Count, ingest.Pointer, &error);
        NativeText.FreeList(list, files.Count);
        ThrowIfFailed(error, Access.Write);
    }

    /// <summary>Reads one value.</summary>
    internal PinnedValue Get(nint readOptions, Family family, ReadOnlySpan<byte> key)
    {
        byte* error = null;
        fixed (byte* bytes = key)
        {
            nint value = RocksDbNative.rocksdb_get_pinned_cf_v2(Pointer, readOptions, family.Pointer, bytes, (nuint)key.Length, &error);
            ThrowIfFailed(error, Access.Read);
            return new PinnedValue(value);
        }
    }

    /// <summary>Throws what a call said, if it failed.</summary>
    /// <param name="error">What it said, which is freed; null if it did not fail.</param>
    /// <param name="access">What the call did.</param>
    internal void ThrowIfFailed(byte* error, Access access)
    {
        if (error != null)
        {
            throw RocksDbErrors.Explain(new RocksDbErrorException(NativeText.TakeError(error)), Folder, access);
        }
    }

    public void Dispose()
    {
        _handle.Dispose();
        _options.Dispose();
    }

    private static Database Open(string folder, bool readOnly, IReadOnlyList<string> names, DatabaseOptions options, out Family[] families)
    {
        nint[] familyOptions = new nint[names.Count];
        Array.Fill(familyOptions, options.Pointer);
        nint[] handles = new nint[names.Count];
        byte** list = NativeText.AllocateList(names);
        byte* error = null;
        nint database;
        fixed (byte* name = ZeroTerminated.Utf8(folder))
        fixed (nint* settings = familyOptions, opened = handles)
        {
            database = readOnly
                ? RocksDbNative.rocksdb_open_for_read_only_column_families(
                    options.Pointer, name, names.Count, list, settings, opened, errorIfLogExists: 0, &error)
                : RocksDbNative.rocksdb_open_column_families(options.Pointer, name, names.Count, list, settings, opened, &error);
        }

        NativeText.FreeList(list, names.Count);
        try
        {
            RocksDbErrors.ThrowIfOpeningFailed(error, folder);
        }
        catch
        {
            options.Dispose();
            throw;
        }

        DatabaseHandle handle = new(database);
        families = [.. names.Select((name, i) => new Family(handle, handles[i], name))];
        return new Database(handle, folder, options);
    }
}
