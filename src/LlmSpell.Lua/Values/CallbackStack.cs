using LlmSpell.Lua.Calls;
using LlmSpell.Lua.Native;

namespace LlmSpell.Lua.Values;

/// <summary>Room on the Lua stack for nested tables.</summary>
internal static class CallbackStack
{
    // Lua gives each C function 20 slots beside its arguments (LUA_MINSTACK); a table takes two, its key and its value.
    private const int LevelsWithoutReserve = 6;
    private const int SlotsPerLevel = 2;
    private const int SlotsAbove = 8;

    /// <summary>Makes sure of the slots that a table at this depth, and what it holds, needs.</summary>
    internal static void Reserve(LuaState state, int depth)
    {
        if (depth >= LevelsWithoutReserve && LuaApi.CheckStack(state, SlotsPerLevel + SlotsAbove) == 0)
        {
            throw new LuaCallException("the Lua stack is full");
        }
    }
}
