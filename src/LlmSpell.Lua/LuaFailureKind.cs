namespace LlmSpell.Lua;

/// <summary>How a script failed.</summary>
public enum LuaFailureKind
{
    /// <summary>It raised an error that nothing caught.</summary>
    Error,

    /// <summary>It is not valid Lua; nothing of it ran.</summary>
    Syntax,

    /// <summary>Lua could not have the memory it needed.</summary>
    OutOfMemory,
}
