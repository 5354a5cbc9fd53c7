using System.Text;
using LlmSpell.Lua.Calls;
using LlmSpell.Lua.Native;
using LlmSpell.State;

namespace LlmSpell.Lua.StateGlobal;

/// <summary>The arguments scope (always the first) and key (the second) of State's functions.</summary>
internal static class KeyArguments
{
    internal static StateKey Key(LuaState state, string function)
    {
        LuaArguments arguments = new(state, function);
        ReadOnlySpan<byte> scope = ScopeBytes(arguments);
        ReadOnlySpan<byte> key = arguments.Bytes(2);
        return KeyRules.Problem(key, StateKey.MaxKeyBytes) is { } problem
            ? throw arguments.Wrong(2, "the key " + problem)
            : StateKey.FromValidated(scope, key);
    }

    internal static string Scope(LuaState state, string function) =>
        Encoding.UTF8.GetString(ScopeBytes(new LuaArguments(state, function)));

    private static ReadOnlySpan<byte> ScopeBytes(LuaArguments arguments)
    {
        arguments.RefuseMethodCall();
        ReadOnlySpan<byte> scope = arguments.Bytes(1);
        return KeyRules.Problem(scope, StateKey.MaxScopeBytes) is { } problem
            ? throw arguments.Wrong(1, "the scope " + problem)
            : scope;
    }
}
