using System.Buffers;
using System.Globalization;

namespace LlmSpell.State;

internal sealed class MemorySnapshot(MemoryState state) : IStateSnapshot
{
    public StoreStatus Status => state.Status;

    public bool TryRead(StateKey key, IBufferWriter<byte> value, out long modifiedAt) => state.TryRead(key, value, out modifiedAt);

    public IEntryCursor Scan(KeyRange range) => new MemoryEntryCursor(state.Entries, range);

    public long LoggedChanges => state.Changes.Items.Count;

    public IReadOnlyList<string> CheckStorage(int maxProblems, CancellationToken cancellationToken = default) => [];

    public ChangeLogReach ReachOf(StateVersion version) =>
        TryParse(version, out long sequence) ? state.Changes.ReachOf(sequence) : ChangeLogReach.Unreadable;

    public IChangeCursor ChangesSince(StateVersion version)
    {
        return TryParse(version, out long sequence) && state.Changes.ReachOf(sequence) == ChangeLogReach.Complete
            ? new MemoryChangeCursor(state, sequence)
            : throw new InvalidOperationException($"The change log does not reach back to version {version}.");
    }

    public void Dispose()
    {
    }

    private static bool TryParse(StateVersion version, out long sequence) =>
        long.TryParse(version.Token, NumberStyles.None, CultureInfo.InvariantCulture, out sequence);
}
