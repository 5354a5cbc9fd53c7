namespace LlmSpell.Lua.Native;

/// <summary>A <c>lua_State*</c>: one coroutine of a Lua state. The main one owns the whole state.</summary>
internal readonly record struct LuaState(nint Pointer);
