using LlmSpell.State;

namespace LlmSpell.Backup;

/// <summary>The selected entries of a store's snapshot, which stays the caller's.</summary>
internal sealed class StoreEntrySource(IStateSnapshot snapshot, EntrySelection selection) : IEntrySource
{
    private IEntryCursor? _cursor;
    private int _range;

    public ReadOnlySpan<byte> Scope => Cursor.Scope;

    public ReadOnlySpan<byte> Key => Cursor.Key;

    public long ModifiedAt => Cursor.ModifiedAt;

    public ReadOnlySpan<byte> Value => Cursor.Value;

    private IEntryCursor Cursor => _cursor ?? throw new InvalidOperationException("The source stands at no entry.");

    public ValueTask<bool> MoveNextAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            if (_cursor is null)
            {
                if (_range == selection.Ranges.Count)
                {
                    return ValueTask.FromResult(false);
                }

                cancellationToken.ThrowIfCancellationRequested();
                _cursor = snapshot.Scan(selection.Ranges[_range++]);
            }

            while (_cursor.MoveNext())
            {
                // At each entry: a range may be the whole store, and a selection take nothing of it.
                cancellationToken.ThrowIfCancellationRequested();
                if (selection.Takes(_cursor.Scope, _cursor.Key))
                {
                    return ValueTask.FromResult(true);
                }
            }

            _cursor.Dispose();
            _cursor = null;
        }
    }

    public ValueTask DisposeAsync()
    {
        _cursor?.Dispose();
        _cursor = null;
        _range = selection.Ranges.Count;
        return ValueTask.CompletedTask;
    }
}
