using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace LlmSpell.Lua.Memory;

/// <summary>
/// The memory of one Lua state. Blocks up to <see cref="LargestSmall"/> bytes come from slabs of 64 KiB, each cut into blocks of one
/// size; larger ones from malloc. In native memory itself, since Lua hands its address to the allocator.
/// </summary>
/// <remarks>
/// <para>
/// The script's thread allocates without a lock. Another thread may look at the live coroutines, to set hooks, which walks their call
/// frames: blocks that the collector may free meanwhile. So it raises a flag, issues a process-wide barrier, and takes the lock; from then on
/// each call of the allocator waits for the lock. One call may have missed the flag: what it frees was unlinked before, so the other
/// thread cannot come to it; and only the first word of a free block is written, never its links to other frames. Coroutines come and go under the lock always.
/// </para>
/// <para>
/// What counts against the limit is what was taken from the system and can hold blocks: <see cref="Held"/>, not the sum of the live ones.
/// Otherwise a script could fill one size after the other and keep many times its limit in free blocks.
/// </para>
/// </remarks>
internal unsafe partial struct Heap
{
    internal const int LargestSmall = 512;
    private const int Granularity = 16;
    private const int Classes = (LargestSmall / Granularity) + 1;

    // LUA_TTHREAD, which the allocator gets in place of an old size when Lua makes a coroutine.
    private const nuint CoroutineTag = 8;

    private HeapFlags _flags;
    private int _lock;

    /// <summary>More than 0 while managed code is on the stack, through which no Lua error may pass: nothing is refused then.</summary>
    internal int ManagedDepth;

    /// <summary>Bytes that were taken from the system and hold blocks, or held them and can again.</summary>
    internal nuint Held;

    /// <summary>How many bytes may be held.</summary>
    internal nuint Limit;

    /// <summary>Whether a request was refused because of the limit, or by the system, since the run began.</summary>
    internal bool LimitRefused;
    internal bool SystemRefused;

    /// <summary>What a new coroutine takes off <see cref="Instructions"/>: it may use as much before the first count.</summary>
    internal long CoroutineCharge;

    /// <summary>How many instructions the script may still run; counted in steps.</summary>
    internal long Instructions;

    /// <summary>The size of the coroutine that was made last.</summary>
    internal nuint LastCoroutineSize;

    /// <summary>The size of every coroutine's block but the main one's. Blocks of this size have room for links behind them.</summary>
    private nuint _coroutineSize;

    private CoroutineLinks _coroutines;
    private void* _mainBlock;
    private Slab* _spareSlabs;
    private Superblock* _superblocks;
    private SizeClass _coroutineClass;

    private SizeClass* ClassTable => (SizeClass*)((Heap*)Unsafe.AsPointer(ref this) + 1);

    /// <summary>The allocator: lua_Alloc.</summary>
    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    internal static void* Allocate(Heap* heap, void* block, nuint oldSize, nuint newSize)
    {
        if (Volatile.Read(ref Unsafe.As<HeapFlags, int>(ref heap->_flags)) == 0)
        {
            if (block == null)
            {
                if (newSize - 1 < LargestSmall && oldSize != CoroutineTag && newSize != heap->_coroutineSize)
                {
                    SizeClass* sizes = heap->ClassOf(newSize);
                    FreeBlock* free = sizes->Free;
                    if (free != null)
                    {
                        sizes->Free = free->Next;
                        return free;
                    }
                }
            }
            else if (newSize == 0 && oldSize <= LargestSmall && oldSize != heap->_coroutineSize)
            {
                heap->Free(block, heap->ClassOf(oldSize));
                return null;
            }
        }

        return heap->AllocateWithCare(block, oldSize, newSize);
    }

    private readonly SizeClass* ClassOf(nuint size) =>
        (SizeClass*)((Heap*)Unsafe.AsPointer(ref Unsafe.AsRef(in this)) + 1) + ((size + Granularity - 1) / Granularity);

    private readonly void Free(void* block, SizeClass* sizes)
    {
        FreeBlock* free = (FreeBlock*)block;
        free->Next = sizes->Free;
        sizes->Free = free;
    }

    /// <summary>Everything but the common case, under the lock.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private void* AllocateWithCare(void* block, nuint oldSize, nuint newSize)
    {
        TakeLock();
        try
        {
            if (newSize == 0)
            {
                Release(block, oldSize);
                return null;
            }

            if (block == null)
            {
                return oldSize == CoroutineTag ? TakeCoroutine(newSize) : Take(newSize, mayBeRefused: true);
            }

            return Resize(block, oldSize, newSize);
        }
        finally
        {
            ReleaseLock();
        }
    }

    private void* Resize(void* block, nuint oldSize, nuint newSize)
    {
        bool grows = newSize > oldSize;
        if (oldSize > LargestSmall && newSize > LargestSmall)
        {
            if (grows && !MayHold(newSize - oldSize, newSize))
            {
                return null;
            }

            void* moved = SystemMemory.Resize(block, newSize);
            if (moved == null)
            {
                // Lua counts on it that a block can always shrink: it stays where it is.
                return grows ? Refused(newSize) : block;
            }

            Held = Held + newSize - oldSize;
            return moved;
        }

        if (oldSize <= LargestSmall && newSize <= LargestSmall && SmallClass(oldSize) == SmallClass(newSize)
            && (!grows || (_flags & HeapFlags.OverLimit) == 0))
        {
            return block;
        }

        void* other = Take(newSize, grows);
        if (other != null)
        {
            NativeMemory.Copy(block, other, Math.Min(oldSize, newSize));
            Release(block, oldSize);
        }

        return other;
    }

    private void* Take(nuint size, bool mayBeRefused)
    {
        if (mayBeRefused && (_flags & HeapFlags.OverLimit) != 0 && !MayHold(0, size))
        {
            return null;
        }

        if (size > LargestSmall)
        {
            if (mayBeRefused && !MayHold(size, size))
            {
                return null;
            }

            void* large = SystemMemory.Take(size);
            if (large == null)
            {
                return Refused(size);
            }

            Held += size;
            return large;
        }

        SizeClass* sizes = SmallClass(size);
        if (sizes->Free == null && !Refill(sizes, mayBeRefused))
        {
            return null;
        }

        FreeBlock* free = sizes->Free;
        sizes->Free = free->Next;
        if (size == _coroutineSize)
        {
            *LinksOf(free) = default;
        }

        return free;
    }

    private void Release(void* block, nuint size)
    {
        if (block == null)
        {
            return;
        }

        if (size > LargestSmall)
        {
            if (block == _mainBlock)
            {
                _coroutines.InitializeHead(Head);
                _mainBlock = null;
            }

            SystemMemory.Free(block);
            Held -= size;
            return;
        }

        if (size == _coroutineSize && LinksOf(block)->AreSet)
        {
            LinksOf(block)->Remove();
        }

        Free(block, SmallClass(size));
    }

    private SizeClass* SmallClass(nuint size) =>
        size == _coroutineSize ? (SizeClass*)Unsafe.AsPointer(ref _coroutineClass) : ClassOf(size);

    /// <summary>The system has no memory.</summary>
    private void* Refused(nuint size)
    {
        SystemRefused = true;
        if (ManagedDepth > 0)
        {
            // Lua would raise an error, through managed frames. What State saved is in the store.
            Environment.FailFast(
                $"llmspell: the system has no memory left ({size} bytes were asked for) in the middle of a call from Lua, where nothing can be undone. What was saved is safe.");
        }

        return null;
    }
}
