using System.Runtime.ExceptionServices;

namespace LlmSpell.State.Sqlite.Reading;

/// <summary>
/// Some keys that changed and their entries, which two threads may look up, one from the front and one from the back, until they meet.
/// One thread fills it with keys, offers it, waits, and reads it; from its offer until then each thread has the entries that it claimed.
/// </summary>
internal sealed class ChangeBatch : IDisposable
{
    /// <summary>So many keys it holds.</summary>
    internal const int MaxKeys = 128;

    /// <summary>So many a thread takes at once.</summary>
    private const int Share = 8;

    private readonly ChangedEntry[] _entries = new ChangedEntry[MaxKeys];
    private readonly ValueBuffer _names = new();
    private readonly Lock _claims = new();
    private readonly ManualResetEventSlim _done = new();
    private int _front;
    private int _back;
    private int _left;
    private Exception? _failure;

    internal int Count { get; private set; }

    internal ref ChangedEntry this[int index] => ref _entries[index];

    /// <summary>The values that the thread at the front found.</summary>
    internal ValueBuffer FrontValues { get; } = new();

    /// <summary>The values that the thread at the back found.</summary>
    internal ValueBuffer BackValues { get; } = new();

    internal ReadOnlySpan<byte> Scope(int index) => _names.Slice(_entries[index].Name, _entries[index].ScopeLength);

    internal ReadOnlySpan<byte> Key(int index) =>
        _names.Slice(_entries[index].Name + _entries[index].ScopeLength, _entries[index].KeyLength);

    /// <summary>Forgets everything; nobody looks up anything in it any more.</summary>
    internal void Clear()
    {
        _names.Clear();
        FrontValues.Clear();
        BackValues.Clear();
        Count = 0;
    }

    /// <summary>Adds a key to a batch that is not full.</summary>
    internal ref ChangedEntry Add(ReadOnlySpan<byte> scope, ReadOnlySpan<byte> key)
    {
        ref ChangedEntry entry = ref _entries[Count++];
        entry = new ChangedEntry { Name = _names.Add(scope), ScopeLength = scope.Length, KeyLength = key.Length };
        _names.Add(key);
        return ref entry;
    }

    /// <summary>From now on its entries can be looked up.</summary>
    internal void Offer()
    {
        // Before anything can be claimed: the other thread may still be at this batch, with nothing left to do, from when it was another one.
        _done.Reset();
        lock (_claims)
        {
            (_front, _back, _left) = (0, Count, Count);
        }
    }

    /// <summary>Takes some of the keys that nobody took yet.</summary>
    /// <returns>False if there are none.</returns>
    internal bool TryClaim(bool fromBack, out int first, out int count)
    {
        lock (_claims)
        {
            count = Math.Min(Share, _back - _front);
            if (fromBack)
            {
                _back -= count;
                first = _back;
            }
            else
            {
                first = _front;
                _front += count;
            }

            return count > 0;
        }
    }

    /// <summary>Says that so many of the claimed entries were looked up.</summary>
    internal void Finish(int count)
    {
        if (Interlocked.Add(ref _left, -count) == 0)
        {
            _done.Set();
        }
    }

    /// <summary>Says that the other thread need not wait any more.</summary>
    internal void Fail(Exception failure)
    {
        _failure = failure;
        _done.Set();
    }

    /// <summary>Waits for what the other thread has taken.</summary>
    internal void Wait()
    {
        _done.Wait();
        if (_failure is { } failure)
        {
            ExceptionDispatchInfo.Throw(failure);
        }
    }

    public void Dispose() => _done.Dispose();
}
