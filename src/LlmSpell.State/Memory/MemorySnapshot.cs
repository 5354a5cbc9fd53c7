using System.Buffers;
using System.Globalization;

namespace LlmSpell.State;

internal sealed class MemorySnapshot(MemoryState state) : IStateSnapshot
{
    private readonly CursorSet _cursors = new();
    private bool _disposed;

    public StoreStatus Status => state.Status;

    public bool TryRead(StateKey key, IBufferWriter<byte> value, out long modifiedAt)
    {
        ArgumentNullException.ThrowIfNull(value);
        ObjectDisposedException.ThrowIf(_disposed, this);
        return state.TryRead(key, value, out modifiedAt);
    }

    public IEntryCursor Scan(KeyRange range)
    {
        ArgumentNullException.ThrowIfNull(range);
        ObjectDisposedException.ThrowIf(_disposed, this);
        return _cursors.Add(new MemoryEntryCursor(state.Entries, range, _cursors));
    }

    public long LoggedChanges => state.Changes.Items.Count;

    public IReadOnlyList<string> CheckStorage(int maxProblems, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(maxProblems, 1);
        ObjectDisposedException.ThrowIf(_disposed, this);
        cancellationToken.ThrowIfCancellationRequested();
        return [];
    }

    public ChangeLogReach ReachOf(StateVersion version) =>
        TryParse(version, out long sequence) ? state.Changes.ReachOf(sequence) : ChangeLogReach.Unreadable;

    public IChangeCursor ChangesSince(StateVersion version)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        return TryParse(version, out long sequence) && state.Changes.ReachOf(sequence) == ChangeLogReach.Complete
            ? _cursors.Add(new MemoryChangeCursor(state, sequence, _cursors))
            : throw new InvalidOperationException($"The change log does not reach back to version {version}.");
    }

    public void Dispose()
    {
        _disposed = true;
        _cursors.EndAll();
    }

    private static bool TryParse(StateVersion version, out long sequence) =>
        long.TryParse(version.Token, NumberStyles.None, CultureInfo.InvariantCulture, out sequence);
}
