using System.Collections.Concurrent;
using System.IO.Hashing;

namespace LlmSpell.Backup;

/// <summary>An open layer: its checked index, and its blocks, each of which can be loaded and checked by itself. Thread-safe.</summary>
internal sealed class LayerFile : IAsyncDisposable
{
    private readonly IRepositoryFile _data;
    private readonly ConcurrentBag<BlockCodec> _codecs = [];

    private LayerFile(ManifestLayer layer, IRepositoryFile data, BlockIndex index)
    {
        Layer = layer;
        DataPath = RepositoryPaths.LayerData(layer.Id, layer.Codec);
        _data = data;
        Index = index;
    }

    internal ManifestLayer Layer { get; }

    internal string DataPath { get; }

    internal BlockIndex Index { get; }

    /// <summary>Opens a layer and checks its files' presence and sizes and its whole index.</summary>
    /// <param name="storage">Where it lies.</param>
    /// <param name="layer">What the manifest says of it.</param>
    /// <param name="report">Takes each damage; may throw it.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <returns>Null if there is too little for loading blocks.</returns>
    internal static async Task<LayerFile?> OpenAsync(
        IRepositoryStorage storage, ManifestLayer layer, Action<BackupDamagedException> report, CancellationToken cancellationToken)
    {
        string path = RepositoryPaths.LayerData(layer.Id, layer.Codec);
        IRepositoryFile? data = await CheckedFile.OpenAsync(storage, path, layer.DataBytes, report, cancellationToken).ConfigureAwait(false);
        try
        {
            BlockIndex? index = await ReadIndexAsync(storage, layer, report, cancellationToken).ConfigureAwait(false);
            if (data is not null && index is not null)
            {
                LayerFile file = new(layer, data, index);
                data = null;
                return file;
            }

            return null;
        }
        finally
        {
            if (data is not null)
            {
                await data.DisposeAsync().ConfigureAwait(false);
            }
        }
    }

    /// <summary>Loads a block and checks all that can be checked of it: <see cref="LoadedBlock.Damage"/> says what was found.</summary>
    /// <param name="number">Which block, from 0.</param>
    /// <param name="addUp">Whether its entries are hashed, too.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    internal async Task<LoadedBlock> LoadAsync(int number, bool addUp, CancellationToken cancellationToken)
    {
        BlockEntry entry = Index[number];
        LoadedBlock block = new(number, entry.Length);
        try
        {
            BackupDamagedException? damage = await ReadAsync(block, entry, cancellationToken).ConfigureAwait(false);
            if (damage is null && Decode(block, entry) is { } problem)
            {
                damage = new BackupDamagedException(DataPath, problem, number);
            }

            if (damage is not null)
            {
                block.MarkDamaged(damage);
            }
            else if (addUp)
            {
                block.AddUp();
            }

            return block;
        }
        catch
        {
            block.Dispose();
            throw;
        }
    }

    public ValueTask DisposeAsync()
    {
        while (_codecs.TryTake(out BlockCodec? codec))
        {
            codec.Dispose();
        }

        return _data.DisposeAsync();
    }

    private static async Task<BlockIndex?> ReadIndexAsync(
        IRepositoryStorage storage, ManifestLayer layer, Action<BackupDamagedException> report, CancellationToken cancellationToken)
    {
        string path = RepositoryPaths.LayerIndex(layer.Id);
        try
        {
            return BlockIndex.Read(path, layer, await LayerDamage.ReadIndexAsync(storage, layer, cancellationToken).ConfigureAwait(false));
        }
        catch (BackupDamagedException e)
        {
            report(e);
            return null;
        }
    }

    private async Task<BackupDamagedException?> ReadAsync(LoadedBlock block, BlockEntry entry, CancellationToken cancellationToken)
    {
        int read = 0;
        BackupDamagedException? damage = null;
        try
        {
            read = await _data.ReadAsync(entry.Offset, block.Stored, cancellationToken).ConfigureAwait(false);
            if (read < entry.Length)
            {
                damage = new BackupDamagedException(
                    DataPath, $"the file ends at byte {entry.Offset + read}, before the block's end at byte {entry.Offset + entry.Length}", block.Number);
            }
        }
        catch (BackupDamagedException e)
        {
            damage = new BackupDamagedException(DataPath, e.Problem, block.Number, e.Hint, e.InnerException);
        }

        block.CutTo(read);
        return damage;
    }

    private string? Decode(LoadedBlock block, in BlockEntry entry)
    {
        UInt128 hash = XxHash128.HashToUInt128(block.Stored.Span);
        if (hash != entry.Hash)
        {
            return $"its bytes {entry.Offset} to {entry.Offset + entry.Length} have the XXH3-128 {hash:x32}, expected {entry.Hash:x32}";
        }

        block.RentRecords(entry.RawLength, entry.Records, out Span<byte> raw, out Span<RecordSlot> slots);
        if (!_codecs.TryTake(out BlockCodec? codec))
        {
            codec = BlockCodec.Create(Layer.Codec);
        }

        try
        {
            codec.Decompress(block.Stored.Span, raw);
        }
        catch (InvalidDataException e)
        {
            return e.Message;
        }
        finally
        {
            _codecs.Add(codec);
        }

        return RecordFormat.Decode(raw, slots, out int tombstones) ?? CompareWithIndex(block.Number, raw, slots, tombstones);
    }

    private string? CompareWithIndex(int number, ReadOnlySpan<byte> raw, ReadOnlySpan<RecordSlot> slots, int tombstones)
    {
        if (tombstones != Index[number].Tombstones)
        {
            return $"it has {tombstones} tombstones, the index says {Index[number].Tombstones}";
        }

        KeySlice first = slots[0].Name;
        KeySlice last = slots[^1].Name;
        bool same = first.Scope(raw).SequenceEqual(Index.FirstScope(number)) && first.Key(raw).SequenceEqual(Index.FirstKey(number))
            && last.Scope(raw).SequenceEqual(Index.LastScope(number)) && last.Key(raw).SequenceEqual(Index.LastKey(number));
        return same ? null : "its first and last keys are not those that the index says";
    }
}
