namespace LlmSpell.Lua.Memory;

/// <summary>The links that stand behind a coroutine's own bytes; zero behind any other block of that size.</summary>
internal unsafe struct CoroutineLinks
{
    internal CoroutineLinks* Next;
    internal CoroutineLinks* Previous;

    internal readonly bool AreSet => Next != null;

    /// <summary>Makes this the head of an empty ring.</summary>
    internal void InitializeHead(CoroutineLinks* self) => Next = Previous = self;

    internal void Insert(CoroutineLinks* added, CoroutineLinks* self)
    {
        added->Next = Next;
        added->Previous = self;
        Next->Previous = added;
        Next = added;
    }

    internal void Remove()
    {
        Previous->Next = Next;
        Next->Previous = Previous;
        Next = Previous = null;
    }
}
