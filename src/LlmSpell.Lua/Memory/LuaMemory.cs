using LlmSpell.Lua.Native;

namespace LlmSpell.Lua.Memory;

/// <summary>Owns the <see cref="Heap"/> of one Lua state, which must be closed before it.</summary>
internal sealed unsafe class LuaMemory : IDisposable
{
    private static nuint _coroutineSize;

    private Heap* _heap;

    /// <param name="limit">In bytes; null: none.</param>
    internal LuaMemory(long? limit)
    {
        if (_coroutineSize == 0)
        {
            _coroutineSize = CoroutineSize();
        }

        _heap = Memory.Heap.Create(limit is { } bytes ? (nuint)bytes : nuint.MaxValue, _coroutineSize);
    }

    internal Heap* Heap => _heap;

    /// <summary>Makes the Lua state that allocates here; default if there is no memory.</summary>
    internal LuaState NewState() => LuaApi.NewState(&Memory.Heap.Allocate, _heap);

    /// <summary>Whether the heap knows where coroutines begin in their blocks.</summary>
    internal bool Knows(LuaState main, LuaState newest) => _heap->Lists(main, newest);

    public void Dispose()
    {
        if (_heap != null)
        {
            Memory.Heap.Destroy(_heap);
            _heap = null;
        }
    }

    /// <summary>Makes a coroutine in a state of its own, to see how large it is.</summary>
    private static nuint CoroutineSize()
    {
        Heap* heap = Memory.Heap.Create(nuint.MaxValue, coroutineSize: 0);
        LuaState state = LuaApi.NewState(&Memory.Heap.Allocate, heap);
        if (state != default)
        {
            LuaApi.NewThread(state);
            LuaApi.Close(state);
        }

        nuint size = heap->LastCoroutineSize;
        Memory.Heap.Destroy(heap);
        return size <= Memory.Heap.LargestSmall
            ? size
            : throw new NotSupportedException($"The native library lua54 makes coroutines of {size} bytes, which are too large to be listed.");
    }
}
