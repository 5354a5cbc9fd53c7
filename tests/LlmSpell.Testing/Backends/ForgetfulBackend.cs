using System.Buffers;
using LlmSpell.State;

namespace LlmSpell.Testing.Backends;

/// <summary>What a <see cref="ForgetfulBackend"/> does wrong.</summary>
public enum Forgetting
{
    /// <summary>The last byte of the value is another one; an empty value has one.</summary>
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

    public IBackendTransaction BeginTransaction(CancellationToken cancellationToken = default) => inner.BeginTransaction(cancellationToken);

    public IStateSnapshot OpenSnapshot() => inner.OpenSnapshot();

    public IStateReplacement BeginReplacement(CancellationToken cancellationToken = default) => new Replacement(inner.BeginReplacement(cancellationToken), entry, what);

    public void Flush() => inner.Flush();

    public void Dispose() => inner.Dispose();

    private sealed class Replacement(IStateReplacement inner, int entry, Forgetting what) : IStateReplacement
    {
        private int _appended = -1;

        public StoreStatus Present => inner.Present;

        public Fingerprint Fingerprint => inner.Fingerprint;

        public long Entries => inner.Entries;

        public void Append(IEntryCursor entries) => inner.Append(new Forgetful(entries, this));

        public StoreStatus Commit(string? backupId, StoreId? adopt) => inner.Commit(backupId, adopt);

        public void Dispose() => inner.Dispose();

        private Forgetting What => what;

        private bool IsNext() => ++_appended == entry;

        private sealed class Forgetful(IEntryCursor entries, Replacement owner) : IEntryCursor
        {
            private bool _isWrong;
            private byte[] _value = [];

            public ReadOnlySpan<byte> Scope => entries.Scope;

            public ReadOnlySpan<byte> Key => entries.Key;

            public long ModifiedAt => entries.ModifiedAt + (_isWrong && owner.What == Forgetting.Time ? 1 : 0);

            public EntryHash Hash => entries.Hash;

            public ReadOnlySpan<byte> Value => _isWrong ? _value : entries.Value;

            public bool MoveNext()
            {
                while (entries.MoveNext())
                {
                    _isWrong = owner.IsNext();
                    if (_isWrong && owner.What == Forgetting.Entry)
                    {
                        continue;
                    }

                    _value = [.. entries.Value];
                    if (owner.What == Forgetting.Value)
                    {
                        _value = _value.Length > 0 ? [.. _value[..^1], (byte)(_value[^1] ^ 1)] : [1];
                    }

                    return true;
                }

                return false;
            }

            public void Dispose()
            {
            }
        }
    }
}
