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

    /// <summary>A key that stands somewhere else than in the arguments, such as in a table; a number becomes a string in its place.</summary>
    /// <param name="state">The coroutine.</param>
    /// <param name="index">Where the key stands.</param>
    /// <param name="scope">Its scope, valid.</param>
    /// <param name="problem">What is wrong, as a sentence, or null.</param>
    internal static StateKey ElementKey(LuaState state, int index, ReadOnlySpan<byte> scope, out string? problem)
    {
        LuaType type = LuaApi.TypeOf(state, index);
        if (type is not (LuaType.String or LuaType.Number))
        {
            problem = $"string expected, got {state.TypeNameAt(index)}";
            return default;
        }

        ReadOnlySpan<byte> key = type == LuaType.String ? state.StringAt(index) : state.NumberAsStringAt(index);
        problem = KeyRules.Problem(key, StateKey.MaxKeyBytes) is { } wrong ? "the key " + wrong : null;
        return problem is null ? StateKey.FromValidated(scope, key) : default;
    }

    internal static string Scope(LuaState state, string function) =>
        Encoding.UTF8.GetString(ScopeBytes(state, function));

    /// <summary>The scope's bytes, valid until the call returns.</summary>
    internal static ReadOnlySpan<byte> ScopeBytes(LuaState state, string function) => ScopeBytes(new LuaArguments(state, function));

    private static ReadOnlySpan<byte> ScopeBytes(LuaArguments arguments)
    {
        arguments.RefuseMethodCall();
        ReadOnlySpan<byte> scope = arguments.Bytes(1);
        return KeyRules.Problem(scope, StateKey.MaxScopeBytes) is { } problem
            ? throw arguments.Wrong(1, "the scope " + problem)
            : scope;
    }
}
