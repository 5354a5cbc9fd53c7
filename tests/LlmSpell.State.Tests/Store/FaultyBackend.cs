using System.Buffers;

namespace LlmSpell.State.Tests.Store;

/// <summary>A backend in memory that fails where a test says so, and knows whether it was closed.</summary>
internal sealed class FaultyBackend : IStateBackend
{
    private readonly MemoryBackend _inner = new();

    /// <summary>What <see cref="Flush"/> throws.</summary>
    internal Exception? FlushFailure { get; set; }

    /// <summary>What beginning a transaction throws.</summary>
    internal Exception? BeginFailure { get; set; }

    /// <summary>What the commit of a transaction or a replacement throws.</summary>
    internal Exception? CommitFailure { get; set; }

    internal bool IsDisposed { get; private set; }

    internal int Flushes { get; private set; }

    public string Kind => "faulty";

    public string Location => "faulty memory";

    public StoreStatus ReadStatus() => _inner.ReadStatus();

    public bool TryRead(StateKey key, IBufferWriter<byte> value, out long modifiedAt) => _inner.TryRead(key, value, out modifiedAt);

    public bool Contains(StateKey key) => _inner.Contains(key);

    public IBackendTransaction BeginTransaction(CancellationToken cancellationToken = default) =>
        BeginFailure is { } failure ? throw failure : new Transaction(_inner.BeginTransaction(cancellationToken), this);

    public IStateSnapshot OpenSnapshot() => _inner.OpenSnapshot();

    public IStateReplacement BeginReplacement(CancellationToken cancellationToken = default) => new Replacement(_inner.BeginReplacement(cancellationToken), this);

    public void Flush()
    {
        Flushes++;
        if (FlushFailure is { } failure)
        {
            throw failure;
        }
    }

    public void Dispose()
    {
        IsDisposed = true;
        _inner.Dispose();
    }

    private sealed class Transaction(IBackendTransaction inner, FaultyBackend owner) : IBackendTransaction
    {
        public Fingerprint Fingerprint => inner.Fingerprint;

        public bool TryRead(StateKey key, IBufferWriter<byte> value, out long modifiedAt) => inner.TryRead(key, value, out modifiedAt);

        public bool Contains(StateKey key) => inner.Contains(key);

        public IEntryCursor Scan(KeyRange range) => inner.Scan(range);

        public void Put(StateKey key, long modifiedAt, ReadOnlySpan<byte> value) => inner.Put(key, modifiedAt, value);

        public bool Delete(StateKey key, long deletedAt) => inner.Delete(key, deletedAt);

        public StateVersion Commit() => owner.CommitFailure is { } failure ? throw failure : inner.Commit();

        public void Dispose() => inner.Dispose();
    }

    private sealed class Replacement(IStateReplacement inner, FaultyBackend owner) : IStateReplacement
    {
        public StoreStatus Present => inner.Present;

        public Fingerprint Fingerprint => inner.Fingerprint;

        public long Entries => inner.Entries;

        public void Append(IEntryCursor entries) => inner.Append(entries);

        public StoreStatus Commit(string? backupId, StoreId? adopt) =>
            owner.CommitFailure is { } failure ? throw failure : inner.Commit(backupId, adopt);

        public void Dispose() => inner.Dispose();
    }
}
