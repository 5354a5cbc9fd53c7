using System.Runtime.CompilerServices;

namespace LlmSpell.Lua.Memory;

/// <content>The limit of memory.</content>
internal unsafe partial struct Heap
{
    /// <summary>Requests below this are never refused for a script that has to stop: raising an error takes some memory.</summary>
    private const nuint SmallestRefused = 64 << 10;

    /// <summary>A callback begins: nothing is refused until it ends.</summary>
    internal void EnterManaged() => ManagedDepth++;

    internal void LeaveManaged()
    {
        if (--ManagedDepth == 0 && Held > Limit)
        {
            Raise(HeapFlags.OverLimit);
        }
    }

    /// <summary>Whether more bytes may be held, for a block of a size that is growing. After a no, Lua collects all garbage and asks again.</summary>
    private bool MayHold(nuint more, nuint size)
    {
        if (ManagedDepth > 0)
        {
            return true;
        }

        if ((_flags & HeapFlags.RefuseLargeBlocks) != 0 && size >= SmallestRefused)
        {
            return false;
        }

        if (Fits(more))
        {
            return true;
        }

        ReleaseEmptySlabs();
        if (Fits(more))
        {
            Lower(HeapFlags.OverLimit);
            return true;
        }

        LimitRefused = true;
        return false;
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
