using LlmSpell.State;

namespace LlmSpell.Backup;

/// <summary>Walks the entries of runs, one run after the other, and leaves their tombstones out. Not thread-safe.</summary>
/// <remarks>Their hashes are those that were computed where the block was loaded, which must have been for adding up.</remarks>
internal sealed class RunEntries : IEntryCursor
{
    private LoadedBlock? _block;
    private int _record;
    private int _end;

    public ReadOnlySpan<byte> Scope => Block.Scope(_record);

    public ReadOnlySpan<byte> Key => Block.Key(_record);

    public long ModifiedAt => Block.Records[_record].ModifiedAt;

    public EntryHash Hash => Block.Hashes[_record];

    public ReadOnlySpan<byte> Value => Block.Value(_record);

    private LoadedBlock Block => _block ?? throw new InvalidOperationException("There is no run.");

    /// <summary>Goes before the first entry of a run.</summary>
    internal void Begin(LayerRun run)
    {
        _block = run.Block;
        _record = run.Start - 1;
        _end = run.Start + run.Count;
    }

    public bool MoveNext()
    {
        while (++_record < _end)
        {
            if (!Block.Records[_record].IsTombstone)
            {
                return true;
            }
        }

        _record = _end;
        return false;
    }

    public void Dispose()
    {
    }
}
