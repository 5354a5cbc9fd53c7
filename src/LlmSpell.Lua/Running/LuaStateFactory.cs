using LlmSpell.Lua.Calls;
using LlmSpell.Lua.Limits;
using LlmSpell.Lua.Memory;
using LlmSpell.Lua.Native;

namespace LlmSpell.Lua.Running;

/// <summary>Makes Lua states that know their host, and makes sure that the native library is laid out as the host counts on.</summary>
internal static class LuaStateFactory
{
    private const int SupportedVersion = 504;

    /// <param name="memory">Where it allocates.</param>
    /// <param name="host">A handle to the host, which every callback finds through its coroutine.</param>
    internal static LuaState Create(LuaMemory memory, nint host)
    {
        LuaState state = memory.NewState();
        if (state == default)
        {
            throw new InsufficientMemoryException("There is not enough memory for a Lua state.");
        }

        try
        {
            Check(state, memory, host);
        }
        catch
        {
            LuaApi.Close(state);
            throw;
        }

        LuaApi.OpenLibraries(state);
        return state;
    }

    private static void Check(LuaState state, LuaMemory memory, nint host)
    {
        double version = LuaApi.Version(state);
        if (version != SupportedVersion)
        {
            throw new NotSupportedException($"The native library lua54 is version {version}; {SupportedVersion} is needed.");
        }

        Callback.HostWord(state) = host;
        LuaState other = LuaApi.NewThread(state);
        if (Callback.HostWord(other) != host || !memory.Knows(state, other))
        {
            throw new NotSupportedException("The native library lua54 was built without extra space in its coroutines.");
        }

        LuaApi.SetTop(state, 0);
        HookPermission.Check(state);
    }
}
