using LlmSpell.State;

namespace LlmSpell.Backup;

/// <summary>Goes over a base in step with the keys of newer layers, and adds up what they take from it. Not thread-safe.</summary>
/// <param name="file">The base; it stays the caller's.</param>
/// <param name="exact">Whether blocks are loaded to look each key up. Otherwise only the index is used.</param>
internal sealed class BaseWalk(LayerFile file, bool exact) : IDisposable
{
    private LoadedBlock? _loaded;
    private int _block;
    private int _record;
    private int _met;
    private int _metBefore;

    internal LayerWeight Dead { get; private set; }

    internal LayerWeight DeadBefore { get; private set; }

    internal LayerWeight Touched { get; private set; }

    /// <summary>Takes the next key, in ascending order.</summary>
    /// <param name="key">Stands at it.</param>
    /// <param name="isNew">Whether only the newest layer has it.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="BackupDamagedException">The block is not what was written.</exception>
    internal async ValueTask MeetAsync(LayerReader key, bool isNew, CancellationToken cancellationToken)
    {
        while (_block < file.Index.Count && StateKey.Compare(file.Index.LastScope(_block), file.Index.LastKey(_block), key.Scope, key.Key) < 0)
        {
            LeaveBlock();
        }

        if (_block == file.Index.Count)
        {
            return;
        }

        int order = StateKey.Compare(file.Index.FirstScope(_block), file.Index.FirstKey(_block), key.Scope, key.Key);
        int records = file.Index[_block].Records;
        if (order > 0 || (records == 1 && order != 0))
        {
            return;
        }

        _met++;
        _metBefore += isNew ? 0 : 1;
        if (exact && records > 1)
        {
            _loaded ??= await LoadAsync(cancellationToken).ConfigureAwait(false);
            LookUp(_loaded, key);
        }
    }

    /// <summary>Adds up the last block.</summary>
    internal void Finish()
    {
        if (_block < file.Index.Count)
        {
            LeaveBlock();
        }
    }

    public void Dispose() => _loaded?.Dispose();

    private async ValueTask<LoadedBlock> LoadAsync(CancellationToken cancellationToken)
    {
        LoadedBlock block = await file.LoadAsync(_block, addUp: false, cancellationToken).ConfigureAwait(false);
        if (block.Damage is { } damage)
        {
            block.Dispose();
            throw damage;
        }

        return block;
    }

    private void LookUp(LoadedBlock block, LayerReader key)
    {
        if (StateKey.Compare(block.Scope(_record), block.Key(_record), key.Scope, key.Key) < 0)
        {
            _record = block.EndOfRun(_record, key.Scope, key.Key);
        }

        // The key lies within the block, so there is a record at it or after it.
        if (block.Key(_record).SequenceEqual(key.Key) && block.Scope(_record).SequenceEqual(key.Scope))
        {
            Dead += LayerWeight.Of(file.Index[_block], block.LengthOf(_record));
        }
    }

    private void LeaveBlock()
    {
        if (_met > 0)
        {
            BlockEntry block = file.Index[_block];
            Touched += LayerWeight.Of(block);
            DeadBefore += Guess(block, _metBefore);
            Dead += _loaded is null ? Guess(block, _met) : default;
        }

        _loaded?.Dispose();
        _loaded = null;
        _record = 0;
        _met = 0;
        _metBefore = 0;
        _block++;
    }

    private static LayerWeight Guess(in BlockEntry block, int met) =>
        LayerWeight.Of(block, (long)block.RawLength * Math.Min(met, block.Records) / block.Records);
}
