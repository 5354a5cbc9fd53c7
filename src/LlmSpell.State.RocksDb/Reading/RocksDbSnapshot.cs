using System.Buffers;
using LlmSpell.State.RocksDb.Generations;
using LlmSpell.State.RocksDb.Native;
using LlmSpell.State.RocksDb.Schema;

namespace LlmSpell.State.RocksDb.Reading;

/// <summary>A store at one moment.</summary>
internal sealed class RocksDbSnapshot : IStateSnapshot
{
    private readonly Generation _generation;
    private readonly ReadPoint? _point;
    private readonly Counters _counters;
    private readonly CursorSet _cursors = new();
    private readonly int _changesBudget;
    private bool _disposed;

    /// <param name="generation">Kept until the snapshot ends.</param>
    /// <param name="identity">What the store was then.</param>
    /// <param name="counters">What it held then.</param>
    /// <param name="point">The moment; owned by this. Null where the database does not change.</param>
    /// <param name="changesBudget">See <see cref="ChangedKeys"/>.</param>
    internal RocksDbSnapshot(
        Generation generation, Identity identity, Counters counters, ReadPoint? point, int changesBudget = ChangedKeys.DefaultBudget)
    {
        _generation = generation.TryAcquire() ? generation : throw new ObjectDisposedException(nameof(RocksDbBackend));
        _point = point;
        _counters = counters;
        _changesBudget = changesBudget;
        Status = identity.Describe(counters);
    }

    public StoreStatus Status { get; }

    public long LoggedChanges => _counters.Sequence - _counters.PrunedThrough;

    private nint Moment => _point?.Pointer ?? 0;

    public bool TryRead(StateKey key, IBufferWriter<byte> value, out long modifiedAt)
    {
        ArgumentNullException.ThrowIfNull(value);
        ObjectDisposedException.ThrowIf(_disposed, this);
        using PinnedValue stored = _generation.Get(key, _point?.Options);
        return EntryRead.TryCopy(stored, _generation.Database.Folder, value, out modifiedAt);
    }

    public IEntryCursor Scan(KeyRange range)
    {
        ArgumentNullException.ThrowIfNull(range);
        ObjectDisposedException.ThrowIf(_disposed, this);
        return _cursors.Add(
            new EntryCursor(Rows.OfEntries(_generation, range, Moment, batch: null), _cursors, _generation.Database.Folder));
    }

    public IReadOnlyList<string> CheckStorage(int maxProblems, CancellationToken cancellationToken = default)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);

        // Another process may have deleted tables that are open here; what a view shows was read, and its checksums compared, by the scan.
        return StorageCheck.Run(_generation, _counters, Moment, verifyTables: _point is not null, maxProblems, cancellationToken);
    }

    public ChangeLogReach ReachOf(StateVersion version) =>
        Counters.TryParse(version, out long sequence) ? LogReach.Of(sequence, _counters.PrunedThrough, _counters.Sequence) : ChangeLogReach.Unreadable;

    public IChangeCursor ChangesSince(StateVersion version)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        return ReachOf(version) == ChangeLogReach.Complete && Counters.TryParse(version, out long sequence)
            ? _cursors.Add(new ChangeCursor(_generation, sequence, Moment, _cursors, _changesBudget))
            : throw new InvalidOperationException($"The change log does not reach back to version {version}.");
    }

    public void Dispose()
    {
        if (_disposed)
        {
            return;
        }

        _disposed = true;
        _cursors.EndAll();
        _point?.Dispose();
        _generation.Release();
    }
}
