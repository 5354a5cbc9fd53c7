using System.Runtime.CompilerServices;
using LlmSpell.Lua.Native;

namespace LlmSpell.Lua.Memory;

/// <content>The limit of memory.</content>
internal unsafe partial struct Heap
{
    /// <summary>Requests below this are never refused for a script that has to stop: raising an error takes some memory.</summary>
    private const nuint SmallestRefused = 64 << 10;

    private const int SmallestShareBetweenCollections = 16;

    /// <summary>How many bytes a callback may still give to the script: over the limit, but not over twice the limit.</summary>
    internal readonly nuint RoomForResults => Limit > nuint.MaxValue / 2 ? nuint.MaxValue : Held < 2 * Limit ? (2 * Limit) - Held : 0;

    /// <summary>A callback begins: nothing is refused until it ends.</summary>
    internal void EnterManaged() => ManagedDepth++;

    /// <summary>
    /// It ends. If it took more than the limit, garbage goes first: what Lua asks for next may be its stack, for which it does not collect.
    /// </summary>
    internal void LeaveManaged(LuaState state)
    {
        if (ManagedDepth == 1 && Held > Limit)
        {
            _ = LuaApi.CollectGarbage(state, LuaApi.CollectAll);
            ReleaseEmptySlabs();
            if (Held > Limit)
            {
                Raise(HeapFlags.OverLimit);
            }
        }

        ManagedDepth--;
    }

    /// <summary>Sets the limit; only before there is a Lua state.</summary>
    private void SetLimit(nuint limit)
    {
        Limit = limit;
        _collectAt = limit == nuint.MaxValue ? limit : limit / 2;
    }

    /// <summary>Whether more bytes may be held, for a block of a size that is growing.</summary>
    /// <remarks>
    /// After a no, Lua collects all garbage and asks again, except for the buffers of its string library: they fail at once, so garbage
    /// must never fill all the room. So an object, for which Lua does collect, is refused once each time that half of the room is used up.
    /// </remarks>
    private bool MayHold(nuint more, nuint size, bool isObject)
    {
        if (ManagedDepth > 0)
        {
            return true;
        }

        if ((_flags & HeapFlags.RefuseLargeBlocks) != 0 && size >= SmallestRefused)
        {
            return false;
        }

        bool isSecondRequest = isObject && _isCollecting;
        if (isSecondRequest)
        {
            _isCollecting = false;
            ReleaseEmptySlabs();
            nuint room = Held < Limit ? Limit - Held : 0;
            _collectAt = Held + Math.Max(room / 2, Limit / SmallestShareBetweenCollections);
            Lower(HeapFlags.Collect);
        }
        else if (isObject && (Held + more > _collectAt || (_flags & HeapFlags.Collect) != 0 || !Fits(more)))
        {
            _isCollecting = true;
            return false;
        }
        else if (!Fits(more))
        {
            ReleaseEmptySlabs();
        }

        if (!Fits(more))
        {
            LimitRefused = true;
            Raise(HeapFlags.Collect);
            return false;
        }

        if ((_flags & HeapFlags.OverLimit) != 0)
        {
            Lower(HeapFlags.OverLimit);
        }

        return true;
    }

    private readonly bool Fits(nuint more) => Held <= Limit && more <= Limit - Held;

    internal void Raise(HeapFlags flag) => Interlocked.Or(ref Unsafe.As<HeapFlags, int>(ref _flags), (int)flag);

    internal void Lower(HeapFlags flag) => Interlocked.And(ref Unsafe.As<HeapFlags, int>(ref _flags), ~(int)flag);

    private void TakeLock()
    {
        if (Interlocked.CompareExchange(ref _lock, 1, 0) == 0)
        {
            return;
        }

        SpinWait wait = default;
        do
        {
            wait.SpinOnce();
        }
        while (Interlocked.CompareExchange(ref _lock, 1, 0) != 0);
    }

    private void ReleaseLock() => Volatile.Write(ref _lock, 0);
}
