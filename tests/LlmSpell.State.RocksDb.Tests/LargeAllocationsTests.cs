using System.Runtime.InteropServices;
using LlmSpell.State.RocksDb.Native;

namespace LlmSpell.State.RocksDb.Tests;

public sealed unsafe class LargeAllocationsTests
{
    private const int LargestThreshold = 32 << 20;

    [Fact]
    public void Memory_of_some_MiB_goes_back_to_the_system_also_after_a_larger_piece_was_freed()
    {
        Assert.SkipUnless(LargeAllocations.GiveBack(), "not with glibc, or the environment sets it");

        // What makes glibc raise the threshold to that size, if it may.
        NativeMemory.Free(NativeMemory.Alloc(LargestThreshold - (1 << 16)));

        // Smaller ones may find room that others have left in the heap.
        Assert.True(IsMapped(24 << 20));
    }

    // The second lowest bit of the size before a piece says that it has a mapping of its own (IS_MMAPPED in glibc's malloc.c).
    private static bool IsMapped(int bytes)
    {
        void* piece = NativeMemory.Alloc((nuint)bytes);
        try
        {
            return (((nuint*)piece)[-1] & 2) != 0;
        }
        finally
        {
            NativeMemory.Free(piece);
        }
    }
}
