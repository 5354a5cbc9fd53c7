namespace LlmSpell.Lua;

/// <summary>How a script failed.</summary>
public enum LuaFailureKind
{
    /// <summary>It raised an error that nothing caught.</summary>
    Error,

    /// <summary>It is not valid Lua; nothing of it ran.</summary>
    Syntax,

    /// <summary>Lua could not have the memory it needed, although no limit of ours stood in the way.</summary>
    OutOfMemory,

    /// <summary>It ran for longer than <see cref="LuaHostOptions.TimeLimit"/>.</summary>
    TimeLimit,

    /// <summary>It needed more memory than <see cref="LuaHostOptions.MemoryLimit"/>.</summary>
    MemoryLimit,

    /// <summary>It ran more instructions than <see cref="LuaHostOptions.InstructionLimit"/>.</summary>
    InstructionLimit,

    /// <summary><see cref="LuaHost.Interrupt"/> stopped it.</summary>
    Interrupted,
}
