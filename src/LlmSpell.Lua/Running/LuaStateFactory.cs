using LlmSpell.Lua.Calls;
using LlmSpell.Lua.Native;

namespace LlmSpell.Lua.Running;

/// <summary>Makes Lua states that know their host.</summary>
internal static class LuaStateFactory
{
    private const int SupportedVersion = 504;

    /// <param name="host">A handle to the host, which every callback finds through its coroutine.</param>
    internal static LuaState Create(nint host)
    {
        LuaState state = LuaApi.NewState();
        if (state == default)
        {
            throw new InsufficientMemoryException("There is not enough memory for a Lua state.");
        }

        double version = LuaApi.Version(state);
        if (version != SupportedVersion)
        {
            LuaApi.Close(state);
            throw new NotSupportedException($"The native library lua54 is version {version}; {SupportedVersion} is needed.");
        }

        Callback.HostWord(state) = host;
        bool inherits = Callback.HostWord(LuaApi.NewThread(state)) == host;
        LuaApi.SetTop(state, 0);
        if (!inherits)
        {
            LuaApi.Close(state);
            throw new NotSupportedException("The native library lua54 was built without extra space in its coroutines.");
        }

        LuaApi.OpenLibraries(state);
        return state;
    }
}
