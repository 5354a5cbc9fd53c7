using LlmSpell.State;

namespace LlmSpell.Backup;

/// <summary>
/// The selected entries of a backup. Only blocks that may hold some are read; each is checked as always. The caller holds the lock on the
/// layers.
/// </summary>
internal sealed class BackupEntrySource(IRepositoryStorage storage, BackupManifest manifest, EntrySelection selection) : IEntrySource
{
    private MergedLayers? _merged;
    private LayerRun _run;
    private int _record;
    private int _range;

    /// <summary>Counts what is read; default null.</summary>
    internal ProgressMeter? Meter { get; init; }

    public ReadOnlySpan<byte> Scope => _run.Block.Scope(_record);

    public ReadOnlySpan<byte> Key => _run.Block.Key(_record);

    public long ModifiedAt => _run.Block.Records[_record].ModifiedAt;

    public ReadOnlySpan<byte> Value => _run.Block.Value(_record);

    private KeyRange Range => selection.Ranges[_range];

    public ValueTask<bool> MoveNextAsync(CancellationToken cancellationToken) =>
        FindInRun() ? ValueTask.FromResult(true) : FindInNextRunAsync(cancellationToken);

    public async ValueTask DisposeAsync()
    {
        if (_merged is { } merged)
        {
            _merged = null;
            _run = default;
            await merged.DisposeAsync().ConfigureAwait(false);
        }

        _range = selection.Ranges.Count;
    }

    private async ValueTask<bool> FindInNextRunAsync(CancellationToken cancellationToken)
    {
        while (_range < selection.Ranges.Count)
        {
            if (_merged is null)
            {
                _merged = await MergedLayers.OpenAsync(storage, manifest.Layers, addUp: false, Range, cancellationToken).ConfigureAwait(false);
                _merged.Meter = Meter;
            }

            while (await _merged.MoveNextAsync(cancellationToken).ConfigureAwait(false))
            {
                _run = _merged.Run;
                _record = _run.Start - 1;
                if (FindInRun())
                {
                    return true;
                }
            }

            _run = default;
            await _merged.DisposeAsync().ConfigureAwait(false);
            _merged = null;
            _range++;
        }

        return false;
    }

    private bool FindInRun()
    {
        if (_run.Block is not { } block)
        {
            return false;
        }

        int end = _run.Start + _run.Count;
        while (++_record < end)
        {
            ReadOnlySpan<byte> scope = block.Scope(_record);
            ReadOnlySpan<byte> key = block.Key(_record);
            if (!block.Records[_record].IsTombstone && (selection.TakesAll || (Range.Contains(scope, key) && selection.Takes(scope, key))))
            {
                return true;
            }
        }

        _record = end - 1;
        return false;
    }
}
