using System.Buffers;
using LlmSpell.State.Sqlite.Schema;

namespace LlmSpell.State.Sqlite.Reading;

/// <summary>A read transaction on a connection of its own.</summary>
internal sealed class SqliteSnapshot : IStateSnapshot
{
    private readonly ReaderPool _pool;
    private readonly Meta _meta;
    private EntryReader? _reader;

    internal SqliteSnapshot(ReaderPool pool)
    {
        _pool = pool;
        _reader = pool.Take();
        try
        {
            _reader.Begin();

            // The first read fixes the moment.
            Status = _reader.ReadStatus();
            _meta = _reader.ReadMeta();
        }
        catch
        {
            _reader.Dispose();
            throw;
        }
    }

    public StoreStatus Status { get; }

    private EntryReader Reader => _reader ?? throw new ObjectDisposedException(nameof(SqliteSnapshot));

    public bool TryRead(StateKey key, IBufferWriter<byte> value, out long modifiedAt)
    {
        ArgumentNullException.ThrowIfNull(value);
        return Reader.TryRead(key, value, out modifiedAt);
    }

    public IEntryCursor Scan(KeyRange range)
    {
        ArgumentNullException.ThrowIfNull(range);
        return Reader.Scan(range);
    }

    public long LoggedChanges => _meta.Sequence - _meta.PrunedThrough;

    public IReadOnlyList<string> CheckStorage(int maxProblems, CancellationToken cancellationToken = default) =>
        Reader.CheckStorage(_meta, maxProblems, cancellationToken);

    public ChangeLogReach ReachOf(StateVersion version) =>
        Meta.TryParse(version, out long sequence) ? LogReach.Of(sequence, _meta.PrunedThrough, _meta.Sequence) : ChangeLogReach.Unreadable;

    public IChangeCursor ChangesSince(StateVersion version)
    {
        return ReachOf(version) == ChangeLogReach.Complete && Meta.TryParse(version, out long sequence)
            ? Reader.ChangesSince(sequence, HelperFor(_meta.Sequence - sequence))
            : throw new InvalidOperationException($"The change log does not reach back to version {version}.");
    }

    private LookupHelper? HelperFor(long changes) =>
        changes < LookupHelper.MinChanges || Environment.ProcessorCount == 1 ? null : new LookupHelper(_pool, _meta);

    public void Dispose()
    {
        if (_reader is not { } reader)
        {
            return;
        }

        _reader = null;
        reader.End();
        _pool.GiveBack(reader);
    }
}
