using System.Buffers;
using LlmSpell.State;

namespace LlmSpell.Testing.Backends;

/// <summary>
/// A backend whose transactions meet conflicts at random, at their reads, writes and commits, as those of a database with optimistic
/// transactions do. Owns the one that it wraps.
/// </summary>
public sealed class ConflictingBackend(IStateBackend inner, Random random, double probability) : IStateBackend
{
    /// <summary>How many conflicts there were.</summary>
    public int Conflicts { get; private set; }

    public string Kind => inner.Kind;

    public string Location => inner.Location;

    public StoreStatus ReadStatus() => inner.ReadStatus();

    public bool TryRead(StateKey key, IBufferWriter<byte> value, out long modifiedAt) => inner.TryRead(key, value, out modifiedAt);

    public bool Contains(StateKey key) => inner.Contains(key);

    public IBackendTransaction BeginTransaction(CancellationToken cancellationToken = default) => new Transaction(inner.BeginTransaction(cancellationToken), this);

    public IStateSnapshot OpenSnapshot() => inner.OpenSnapshot();

    public IStateReplacement BeginReplacement(CancellationToken cancellationToken = default) => inner.BeginReplacement(cancellationToken);

    public void Flush() => inner.Flush();

    public void Dispose() => inner.Dispose();

    private void MeetConflict()
    {
        if (random.NextDouble() < probability)
        {
            Conflicts++;
            throw new StateConflictException("another transaction came first, says the test");
        }
    }

    private sealed class Transaction(IBackendTransaction transaction, ConflictingBackend owner) : IBackendTransaction
    {
        private bool _isLost;

        public Fingerprint Fingerprint => transaction.Fingerprint;

        public bool TryRead(StateKey key, IBufferWriter<byte> value, out long modifiedAt)
        {
            MeetConflict();
            return transaction.TryRead(key, value, out modifiedAt);
        }

        public bool Contains(StateKey key)
        {
            MeetConflict();
            return transaction.Contains(key);
        }

        public IEntryCursor Scan(KeyRange range)
        {
            MeetConflict();
            return transaction.Scan(range);
        }

        public void Put(StateKey key, long modifiedAt, ReadOnlySpan<byte> value)
        {
            MeetConflict();
            transaction.Put(key, modifiedAt, value);
        }

        public bool Delete(StateKey key, long deletedAt)
        {
            MeetConflict();
            return transaction.Delete(key, deletedAt);
        }

        public StateVersion Commit()
        {
            MeetConflict();
            return transaction.Commit();
        }

        public void Dispose() => transaction.Dispose();

        /// <summary>After a conflict the transaction stays lost, whatever is tried.</summary>
        private void MeetConflict()
        {
            if (_isLost)
            {
                throw new StateConflictException("the transaction is lost");
            }

            _isLost = true;
            owner.MeetConflict();
            _isLost = false;
        }
    }
}
