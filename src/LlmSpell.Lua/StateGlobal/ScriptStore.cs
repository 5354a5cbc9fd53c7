using LlmSpell.Lua.Calls;
using LlmSpell.State;

namespace LlmSpell.Lua.StateGlobal;

/// <summary>The store that a host's scripts use, opened when one first needs it.</summary>
internal sealed class ScriptStore(Func<StateStore>? open)
{
    private StateStore? _store;

    internal StateStore Open() => _store ??= open is not null
        ? open()
        : throw new LuaCallException("State is not available here: the program that runs this script has given it no store");
}
