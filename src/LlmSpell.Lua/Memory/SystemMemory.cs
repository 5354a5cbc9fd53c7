using System.Runtime.InteropServices;

namespace LlmSpell.Lua.Memory;

/// <summary>malloc and its like, with null where there is no memory.</summary>
internal static unsafe class SystemMemory
{
    internal static void* Take(nuint size)
    {
        try
        {
            return NativeMemory.Alloc(size);
        }
        catch (OutOfMemoryException)
        {
            return null;
        }
    }

    internal static void* Resize(void* block, nuint size)
    {
        try
        {
            return NativeMemory.Realloc(block, size);
        }
        catch (OutOfMemoryException)
        {
            return null;
        }
    }

    internal static void Free(void* block) => NativeMemory.Free(block);

    internal static void* TakeAligned(nuint size, nuint alignment)
    {
        try
        {
            return NativeMemory.AlignedAlloc(size, alignment);
        }
        catch (OutOfMemoryException)
        {
            return null;
        }
    }

    internal static void FreeAligned(void* block) => NativeMemory.AlignedFree(block);
}
