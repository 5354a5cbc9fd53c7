namespace LlmSpell.Lua.Calls;

/// <summary>A script called a function of ours with an argument it does not take. Worded as Lua's own libraries do.</summary>
internal sealed class LuaArgumentException(int position, string function, string problem)
    : Exception($"bad argument #{position} to '{function}' ({problem})");
