using System.Buffers;
using LlmSpell.State;

namespace LlmSpell.Testing.Backends;

/// <content>What a faulty backend gives out: each counts its operations with the backend's own.</content>
public sealed partial class FaultyBackend
{
    private sealed class Transaction(FaultyBackend owner, IBackendTransaction transaction) : IBackendTransaction
    {
        public Fingerprint Fingerprint => transaction.Fingerprint;

        public bool TryRead(StateKey key, IBufferWriter<byte> value, out long modifiedAt) =>
            owner.Run("read an entry in a transaction", key, value, transaction.TryRead, out modifiedAt);

        public bool Contains(StateKey key) => owner.Run("look for an entry in a transaction", () => transaction.Contains(key));

        public IEntryCursor Scan(KeyRange range) => new EntryCursor(owner, owner.Run("scan in a transaction", () => transaction.Scan(range)));

        public void Put(StateKey key, long modifiedAt, ReadOnlySpan<byte> value)
        {
            byte[] bytes = value.ToArray();
            owner.Run("put an entry", () => transaction.Put(key, modifiedAt, bytes));
        }

        public bool Delete(StateKey key, long deletedAt) => owner.Run("delete an entry", () => transaction.Delete(key, deletedAt));

        public StateVersion Commit() => owner.Run("commit a transaction", transaction.Commit, required: true);

        public void Dispose() => transaction.Dispose();
    }

    private sealed class Snapshot(FaultyBackend owner, IStateSnapshot snapshot) : IStateSnapshot
    {
        public StoreStatus Status => snapshot.Status;

        public long LoggedChanges => snapshot.LoggedChanges;

        public bool TryRead(StateKey key, IBufferWriter<byte> value, out long modifiedAt) =>
            owner.Run("read an entry in a snapshot", key, value, snapshot.TryRead, out modifiedAt);

        public IEntryCursor Scan(KeyRange range) => new EntryCursor(owner, owner.Run("scan a snapshot", () => snapshot.Scan(range)));

        public IReadOnlyList<string> CheckStorage(int maxProblems, CancellationToken cancellationToken) =>
            owner.Run("check the storage", () => snapshot.CheckStorage(maxProblems, cancellationToken));

        public ChangeLogReach ReachOf(StateVersion version) => owner.Run("ask how far the changes reach", () => snapshot.ReachOf(version));

        public IChangeCursor ChangesSince(StateVersion version) =>
            new ChangeCursor(owner, owner.Run("list the changes", () => snapshot.ChangesSince(version)));

        public void Dispose() => snapshot.Dispose();
    }

    /// <summary>Cut short, an append takes the first entry alone.</summary>
    private sealed class Replacement(FaultyBackend owner, IStateReplacement replacement) : IStateReplacement
    {
        public StoreStatus Present => replacement.Present;

        public Fingerprint Fingerprint => replacement.Fingerprint;

        public long Entries => replacement.Entries;

        public void Append(IEntryCursor entries) =>
            owner.Run("append to a replacement", () => replacement.Append(entries), half: () => replacement.Append(new FirstOf(entries)));

        public StoreStatus Commit(string? backupId, StoreId? adopt) =>
            owner.Run("commit a replacement", () => replacement.Commit(backupId, adopt), required: true);

        public void Dispose() => replacement.Dispose();
    }

    private class EntryCursor(FaultyBackend owner, IEntryCursor cursor) : IEntryCursor
    {
        public ReadOnlySpan<byte> Scope => cursor.Scope;

        public ReadOnlySpan<byte> Key => cursor.Key;

        public long ModifiedAt => cursor.ModifiedAt;

        public EntryHash Hash => cursor.Hash;

        public ReadOnlySpan<byte> Value => cursor.Value;

        public bool MoveNext() => owner.Run("step to the next entry", cursor.MoveNext);

        public void Dispose() => cursor.Dispose();
    }

    private sealed class ChangeCursor(FaultyBackend owner, IChangeCursor cursor) : EntryCursor(owner, cursor), IChangeCursor
    {
        public bool IsTombstone => cursor.IsTombstone;

        public EntryHash Replaced => cursor.Replaced;
    }

    private sealed class FirstOf(IEntryCursor cursor) : IEntryCursor
    {
        private bool _begun;

        public ReadOnlySpan<byte> Scope => cursor.Scope;

        public ReadOnlySpan<byte> Key => cursor.Key;

        public long ModifiedAt => cursor.ModifiedAt;

        public EntryHash Hash => cursor.Hash;

        public ReadOnlySpan<byte> Value => cursor.Value;

        public bool MoveNext()
        {
            bool first = !_begun;
            _begun = true;
            return first && cursor.MoveNext();
        }

        public void Dispose()
        {
        }
    }
}
