namespace LlmSpell.Lua.Native;

/// <summary>The thread statuses of <c>lua.h</c>.</summary>
internal enum LuaStatus
{
    Ok = 0,
    Yield = 1,
    RuntimeError = 2,
    SyntaxError = 3,
    MemoryError = 4,
    ErrorInHandler = 5,
}
