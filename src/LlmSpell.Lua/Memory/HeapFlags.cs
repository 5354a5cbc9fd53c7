namespace LlmSpell.Lua.Memory;

/// <summary>Why the allocator has to look closer.</summary>
[Flags]
internal enum HeapFlags
{
    None = 0,

    /// <summary>Another thread is looking at the coroutines; nothing of them may change.</summary>
    CoroutinesInUse = 1,

    /// <summary>A callback took more than the limit, which it may.</summary>
    OverLimit = 2,

    /// <summary>The script has to stop and does not: it may be in a function of C that only a lack of memory ends.</summary>
    RefuseLargeBlocks = 4,
}
