using System.Text;
using LlmSpell.State.RocksDb.Generations;
using LlmSpell.State.RocksDb.Native;

namespace LlmSpell.State.RocksDb.Reading;

/// <summary>The entries of some keys, looked up together, where they lie in blocks and write buffers. Not thread-safe.</summary>
internal sealed unsafe class EntryGroup : IDisposable
{
    /// <summary>How many keys are looked up together at most.</summary>
    internal const int MaxKeys = 64;

    private const int NotFound = 0;
    private const int Found = 1;

    /// <summary>What the entries of a group should have together: beyond it the other keys are looked up one by one.</summary>
    internal const int MaxBytes = 1 << 20;

    private readonly Generation _generation;
    private readonly NativeObject _options;
    private readonly NativeObject _single;
    private nint _result;
    private nint _alone;

    internal EntryGroup(Generation generation, nint snapshot)
    {
        _generation = generation;
        _options = NewOptions(snapshot);
        _single = NewOptions(snapshot);
        RocksDbNative.rocksdb_readoptions_set_value_size_soft_limit(_options.Pointer, MaxBytes);
    }

    /// <summary>Looks up the entries of keys that are in order and lie where the collector does not move them.</summary>
    internal void Load(ReadOnlySpan<NativeSlice> keys)
    {
        Forget();
        fixed (NativeSlice* list = keys)
        {
            Database database = _generation.Database;
            _result = RocksDbNative.rocksdb_batched_multi_get_pinned_cf(
                database.Pointer, _options.Pointer, _generation.Entries.Pointer, (nuint)keys.Length, list, sortedInput: 1);
        }
    }

    /// <summary>One of the entries; false if there is none. Valid until the next call.</summary>
    internal bool TryGet(int index, NativeSlice key, out NativeSlice entry)
    {
        FreeAlone();
        byte* value;
        byte* error;
        nuint valueLength;
        nuint errorLength;
        int state = RocksDbNative.rocksdb_pinnable_multi_get_result(_result, (nuint)index, &value, &valueLength, &error, &errorLength);
        if (state is NotFound or Found)
        {
            entry = new NativeSlice { Data = value, Length = valueLength };
            return state == Found;
        }

        string text = Encoding.UTF8.GetString(error, (int)errorLength);
        return text.StartsWith("Operation aborted", StringComparison.Ordinal)
            ? TryGetAlone(key, out entry)
            : throw Errors.RocksDbErrors.Explain(new RocksDbErrorException(text), _generation.Database.Folder, Access.Read);
    }

    public void Dispose()
    {
        Forget();
        _options.Dispose();
        _single.Dispose();
    }

    private static NativeObject NewOptions(nint snapshot)
    {
        NativeObject options = new(RocksDbNative.rocksdb_readoptions_create(), &RocksDbNative.rocksdb_readoptions_destroy);
        if (snapshot != 0)
        {
            RocksDbNative.rocksdb_readoptions_set_snapshot(options.Pointer, snapshot);
        }

        return options;
    }

    private bool TryGetAlone(NativeSlice key, out NativeSlice entry)
    {
        byte* error = null;
        Database database = _generation.Database;
        _alone = RocksDbNative.rocksdb_get_pinned_cf_v2(
            database.Pointer, _single.Pointer, _generation.Entries.Pointer, key.Data, key.Length, &error);
        database.ThrowIfFailed(error, Access.Read);
        entry = default;
        if (_alone != 0)
        {
            nuint length;
            entry.Data = RocksDbNative.rocksdb_pinnable_handle_get_value(_alone, &length);
            entry.Length = length;
        }

        return _alone != 0;
    }

    private void Forget()
    {
        FreeAlone();
        if (_result != 0)
        {
            RocksDbNative.rocksdb_pinnable_multi_get_destroy(_result);
            _result = 0;
        }
    }

    private void FreeAlone()
    {
        if (_alone != 0)
        {
            RocksDbNative.rocksdb_pinnable_handle_destroy(_alone);
            _alone = 0;
        }
    }
}
