namespace LlmSpell.Lua.Memory;

/// <summary>The blocks of one size: a list of free ones, and what is left of the newest slab.</summary>
internal unsafe struct SizeClass
{
    internal FreeBlock* Free;
    internal byte* Next;
    internal byte* End;
    internal nuint BlockSize;
    internal Slab* Slabs;
}

/// <summary>Only the first word of a free block is written: see <see cref="Heap"/>.</summary>
internal unsafe struct FreeBlock
{
    internal FreeBlock* Next;
}

/// <summary>The head of a slab, which holds blocks of one size. Its address is a multiple of its size, so each block leads to it.</summary>
internal unsafe struct Slab
{
    internal const int Size = 64 << 10;
    internal const int HeadSize = 32;

    internal Slab* Next;

    /// <summary>How many blocks have been cut from it.</summary>
    internal int Cut;

    /// <summary>How many of them are free; counted only while slabs are released.</summary>
    internal int Free;

    internal static Slab* Of(void* block) => (Slab*)((nuint)block & ~(nuint)(Size - 1));
}
