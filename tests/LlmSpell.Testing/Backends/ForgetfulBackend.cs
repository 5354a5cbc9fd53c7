using System.Buffers;
using LlmSpell.State;

namespace LlmSpell.Testing.Backends;

/// <summary>What a <see cref="ForgetfulBackend"/> does wrong.</summary>
public enum Forgetting
{
    /// <summary>The last byte of the value is another one.</summary>
    Value,

    /// <summary>The time is another one.</summary>
    Time,

    /// <summary>The entry is not kept at all.</summary>
    Entry,
}

/// <summary>A backend that silently gets one entry of a replacement wrong, as no backend should. Owns the one that it wraps.</summary>
public sealed class ForgetfulBackend(IStateBackend inner, int entry, Forgetting what) : IStateBackend
{
    public string Kind => inner.Kind;

    public string Location => inner.Location;

    public StoreStatus ReadStatus() => inner.ReadStatus();

    public bool TryRead(StateKey key, IBufferWriter<byte> value, out long modifiedAt) => inner.TryRead(key, value, out modifiedAt);

    public bool Contains(StateKey key) => inner.Contains(key);

    public IBackendTransaction BeginTransaction() => inner.BeginTransaction();

    public IStateSnapshot OpenSnapshot() => inner.OpenSnapshot();

    public IStateReplacement BeginReplacement() => new Replacement(inner.BeginReplacement(), entry, what);

    public void Flush() => inner.Flush();

    public void Dispose() => inner.Dispose();

    private sealed class Replacement(IStateReplacement inner, int entry, Forgetting what) : IStateReplacement
    {
        private int _appended;

        public StoreStatus Present => inner.Present;

        public Fingerprint Fingerprint => inner.Fingerprint;

        public long Entries => inner.Entries;

        public void Append(ReadOnlySpan<byte> scope, ReadOnlySpan<byte> key, long modifiedAt, ReadOnlySpan<byte> value)
        {
            if (_appended++ != entry)
            {
                inner.Append(scope, key, modifiedAt, value);
                return;
            }

            byte[] other = [.. value];
            other[^1] ^= (byte)(what == Forgetting.Value ? 1 : 0);
            if (what != Forgetting.Entry)
            {
                inner.Append(scope, key, modifiedAt + (what == Forgetting.Time ? 1 : 0), other);
            }
        }

        public StoreStatus Commit(string? backupId, StoreId? adopt) => inner.Commit(backupId, adopt);

        public void Dispose() => inner.Dispose();
    }
}
