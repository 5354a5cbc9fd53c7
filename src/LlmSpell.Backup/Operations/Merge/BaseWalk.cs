using LlmSpell.State;

namespace LlmSpell.Backup;

/// <summary>Goes over a base in step with the keys of newer layers, and adds up what they take from it. Not thread-safe.</summary>
/// <param name="file">The base; it stays the caller's.</param>
/// <param name="sample">Which of the blocks are loaded to look each key up.</param>
internal sealed class BaseWalk(LayerFile file, BlockSample sample) : IDisposable
{
    private LoadedBlock? _loaded;
    private LayerWeight _alone;
    private LayerWeight _inLoaded;
    private LayerWeight _blocksLoaded;
    private int _block;
    private int _record;
    private bool _isMet;

    /// <summary>The blocks with several records that may hold some of the keys.</summary>
    internal LayerWeight Touched { get; private set; }

    /// <summary>What the keys take from the base; of blocks that were not loaded, the same part as of those that were.</summary>
    internal LayerWeight Dead => _alone + _inLoaded.Scaled(_blocksLoaded, Touched);

    /// <summary>The most that it can be.</summary>
    internal LayerWeight MostDead => _alone + Touched;

    /// <summary>Takes the next key, in ascending order.</summary>
    /// <exception cref="BackupDamagedException">The block is not what was written.</exception>
    internal async ValueTask MeetAsync(LayerReader key, CancellationToken cancellationToken)
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
        LayerWeight block = LayerWeight.Of(file.Index[_block]);
        if (file.Index[_block].Records == 1)
        {
            // The index tells its key and its length, so a large value need not be read.
            _alone += order == 0 ? block : default;
        }
        else if (order <= 0)
        {
            await MeetBlockAsync(block, cancellationToken).ConfigureAwait(false);
            LookUp(key);
        }
    }

    public void Dispose() => _loaded?.Dispose();

    private async ValueTask MeetBlockAsync(LayerWeight block, CancellationToken cancellationToken)
    {
        if (_isMet)
        {
            return;
        }

        _isMet = true;
        Touched += block;
        if (sample.Takes(block.Raw))
        {
            _blocksLoaded += block;
            _loaded = await file.LoadAsync(_block, addUp: false, cancellationToken).ConfigureAwait(false);
            if (_loaded.Damage is { } damage)
            {
                throw damage;
            }
        }
    }

    private void LookUp(LayerReader key)
    {
        if (_loaded is null)
        {
            return;
        }

        if (StateKey.Compare(_loaded.Scope(_record), _loaded.Key(_record), key.Scope, key.Key) < 0)
        {
            _record = _loaded.EndOfRun(_record, key.Scope, key.Key);
        }

        // The key lies within the block, so there is a record at it or after it.
        if (_loaded.Key(_record).SequenceEqual(key.Key) && _loaded.Scope(_record).SequenceEqual(key.Scope))
        {
            _inLoaded += LayerWeight.Of(file.Index[_block], _loaded.LengthOf(_record));
        }
    }

    private void LeaveBlock()
    {
        _loaded?.Dispose();
        _loaded = null;
        _record = 0;
        _isMet = false;
        _block++;
    }
}
