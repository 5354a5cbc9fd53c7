using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using LlmSpell.Lua.Native;

namespace LlmSpell.Lua.Memory;

/// <content>The live coroutines, which another thread may look at.</content>
internal unsafe partial struct Heap
{
    private CoroutineLinks* Head => (CoroutineLinks*)Unsafe.AsPointer(ref _coroutines);

    /// <summary>Calls a function for each live coroutine, the main one included. Any thread may; those that allocate wait meanwhile.</summary>
    internal void ForEachCoroutine(delegate*<LuaState, void> action)
    {
        Raise(HeapFlags.CoroutinesInUse);
        Interlocked.MemoryBarrierProcessWide();
        TakeLock();
        try
        {
            if (_mainBlock != null)
            {
                action(StateIn(_mainBlock));
            }

            for (CoroutineLinks* links = _coroutines.Next; links != Head; links = links->Next)
            {
                action(StateIn((byte*)links - CoroutineSpace));
            }
        }
        finally
        {
            Lower(HeapFlags.CoroutinesInUse);
            ReleaseLock();
        }
    }

    /// <summary>Whether these, the newest of them last, are found where they are.</summary>
    internal bool Lists(LuaState main, LuaState newest) =>
        StateIn(_mainBlock) == main && _coroutines.Next != Head && StateIn((byte*)_coroutines.Next - CoroutineSpace) == newest;

    // The setter of a hook may come before Lua has filled the block: it is to find no call frames then.
    private void* TakeCoroutine(nuint size)
    {
        void* block = Take(size, mayBeRefused: true);
        if (block == null)
        {
            return null;
        }

        NativeMemory.Clear(block, size);
        if (_mainBlock == null)
        {
            // It holds all that is global too, so its size is another.
            _mainBlock = block;
        }
        else if (size == _coroutineSize)
        {
            _coroutines.Insert(LinksOf(block), Head);
            Instructions -= CoroutineCharge;
        }

        LastCoroutineSize = size;
        return block;
    }

    private readonly nuint CoroutineSpace => (_coroutineSize + Granularity - 1) / Granularity * Granularity;

    private readonly CoroutineLinks* LinksOf(void* block) => (CoroutineLinks*)((byte*)block + CoroutineSpace);

    /// <summary>LUA_EXTRASPACE, one word, precedes a lua_State. <see cref="LuaMemory"/> checks it.</summary>
    private static LuaState StateIn(void* block) => new((nint)block + sizeof(nint));
}
