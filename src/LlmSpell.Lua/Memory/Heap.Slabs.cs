using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace LlmSpell.Lua.Memory;

/// <content>Where small blocks come from.</content>
internal unsafe partial struct Heap
{
    private const int FirstSuperblock = 4;
    private const int NextSuperblock = 16;
    private const nuint RefillBytes = 1024;

    /// <summary>Memory for several slabs. Given back to the system only with the whole heap.</summary>
    private struct Superblock
    {
        internal Superblock* Next;
        internal void* Memory;
    }

    /// <param name="limit">How many bytes may be held.</param>
    /// <param name="coroutineSize">The size of a coroutine; 0: not known, and none is listed.</param>
    internal static Heap* Create(nuint limit, nuint coroutineSize)
    {
        Heap* heap = (Heap*)NativeMemory.AllocZeroed((nuint)(sizeof(Heap) + (Classes * sizeof(SizeClass))));
        heap->Limit = limit;
        heap->ManagedDepth = 1;
        heap->_coroutineSize = coroutineSize;
        heap->_coroutineClass.BlockSize = heap->CoroutineSpace + (nuint)sizeof(CoroutineLinks);
        heap->_coroutines.InitializeHead(heap->Head);
        for (int i = 1; i < Classes; i++)
        {
            heap->ClassTable[i].BlockSize = (nuint)(i * Granularity);
        }

        return heap;
    }

    internal static void Destroy(Heap* heap)
    {
        while (heap->_superblocks != null)
        {
            Superblock* superblock = heap->_superblocks;
            heap->_superblocks = superblock->Next;
            SystemMemory.FreeAligned(superblock->Memory);
            SystemMemory.Free(superblock);
        }

        NativeMemory.Free(heap);
    }

    /// <summary>Cuts free blocks; false if they may not be had.</summary>
    private bool Refill(SizeClass* sizes, bool mayBeRefused)
    {
        nuint wanted = Math.Max(RefillBytes / sizes->BlockSize, 1) * sizes->BlockSize;
        if (mayBeRefused && !MayHold(wanted, sizes->BlockSize))
        {
            return false;
        }

        // What MayHold released can have left free blocks of this size, but never fewer.
        if (sizes->Free != null)
        {
            return true;
        }

        if ((nuint)(sizes->End - sizes->Next) < sizes->BlockSize && !AddSlab(sizes, mayUseLast: !mayBeRefused || ManagedDepth > 0))
        {
            Refused(sizes->BlockSize);
            return false;
        }

        FreeBlock* first = null;
        FreeBlock** last = &first;
        Slab* slab = Slab.Of(sizes->Next);
        byte* end = sizes->Next + wanted < sizes->End ? sizes->Next + wanted : sizes->End;
        byte* block = sizes->Next;
        for (; (nuint)(end - block) >= sizes->BlockSize; block += sizes->BlockSize)
        {
            *last = (FreeBlock*)block;
            last = &((FreeBlock*)block)->Next;
            slab->Cut++;
            Held += sizes->BlockSize;
        }

        *last = null;
        sizes->Next = block;
        sizes->Free = first;
        return true;
    }

    // One slab stays in reserve for what must not fail: a block that shrinks, and whatever a callback needs.
    private bool AddSlab(SizeClass* sizes, bool mayUseLast)
    {
        bool isLast = _spareSlabs == null || _spareSlabs->Next == null;
        if (isLast && !AddSuperblock() && (_spareSlabs == null || !mayUseLast))
        {
            return false;
        }

        Slab* slab = _spareSlabs;
        _spareSlabs = slab->Next;
        *slab = new Slab { Next = sizes->Slabs };
        sizes->Slabs = slab;
        sizes->Next = (byte*)slab + Slab.HeadSize;
        sizes->End = (byte*)slab + Slab.Size;
        return true;
    }

    private bool AddSuperblock()
    {
        int slabs = _superblocks == null ? FirstSuperblock : NextSuperblock;
        byte* memory = (byte*)SystemMemory.TakeAligned((nuint)slabs * Slab.Size, Slab.Size);
        if (memory == null)
        {
            slabs = 1;
            memory = (byte*)SystemMemory.TakeAligned(Slab.Size, Slab.Size);
        }

        Superblock* superblock = (Superblock*)SystemMemory.Take((nuint)sizeof(Superblock));
        if (memory == null || superblock == null)
        {
            SystemMemory.FreeAligned(memory);
            SystemMemory.Free(superblock);
            return false;
        }

        *superblock = new Superblock { Next = _superblocks, Memory = memory };
        _superblocks = superblock;
        for (int i = slabs - 1; i >= 0; i--)
        {
            Slab* slab = (Slab*)(memory + (i * Slab.Size));
            slab->Next = _spareSlabs;
            _spareSlabs = slab;
        }

        return true;
    }

    /// <summary>Takes the slabs in which no block is live from their sizes, for any size to use.</summary>
    private void ReleaseEmptySlabs()
    {
        for (int i = 1; i < Classes; i++)
        {
            ReleaseEmptySlabs(ClassTable + i);
        }

        ReleaseEmptySlabs((SizeClass*)Unsafe.AsPointer(ref _coroutineClass));
    }

    private void ReleaseEmptySlabs(SizeClass* sizes)
    {
        for (Slab* slab = sizes->Slabs; slab != null; slab = slab->Next)
        {
            slab->Free = 0;
        }

        for (FreeBlock* block = sizes->Free; block != null; block = block->Next)
        {
            Slab.Of(block)->Free++;
        }

        FreeBlock** link = &sizes->Free;
        while (*link != null)
        {
            Slab* slab = Slab.Of(*link);
            if (slab->Free == slab->Cut)
            {
                *link = (*link)->Next;
            }
            else
            {
                link = &(*link)->Next;
            }
        }

        Slab** place = &sizes->Slabs;
        while (*place != null)
        {
            Slab* slab = *place;
            if (slab->Free != slab->Cut)
            {
                place = &slab->Next;
                continue;
            }

            if (sizes->End == (byte*)slab + Slab.Size)
            {
                sizes->Next = sizes->End = null;
            }

            Held -= (nuint)slab->Cut * sizes->BlockSize;
            *place = slab->Next;
            slab->Next = _spareSlabs;
            _spareSlabs = slab;
        }
    }
}
