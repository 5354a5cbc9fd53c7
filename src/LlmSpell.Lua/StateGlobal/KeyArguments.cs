using System.Text;
using LlmSpell.Lua.Calls;
using LlmSpell.Lua.Native;
using LlmSpell.State;

namespace LlmSpell.Lua.StateGlobal;

/// <summary>The arguments scope (always the first) and key (the second) of State's functions.</summary>
internal static class KeyArguments
{
    /// <param name="state">The coroutine.</param>
    /// <param name="function">The function's name, for messages.</param>
    /// <param name="first">Where the scope stands; the key stands after it.</param>
    internal static StateKey Key(LuaState state, string function, int first = 1)
    {
        LuaArguments arguments = new(state, function);
        ReadOnlySpan<byte> scope = ScopeBytes(arguments, first);
        ReadOnlySpan<byte> key = arguments.Bytes(first + 1);
        return KeyRules.Problem(key, StateKey.MaxKeyBytes) is { } problem
            ? throw arguments.Wrong(first + 1, "the key " + problem)
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

    internal static string Scope(LuaState state, string function, int index = 1) =>
        Encoding.UTF8.GetString(ScopeBytes(new LuaArguments(state, function), index));

    /// <summary>The scope's bytes, valid until the call returns.</summary>
    internal static ReadOnlySpan<byte> ScopeBytes(LuaState state, string function) => ScopeBytes(new LuaArguments(state, function), 1);

    private static ReadOnlySpan<byte> ScopeBytes(LuaArguments arguments, int index)
    {
        arguments.RefuseMethodCall();
        ReadOnlySpan<byte> scope = arguments.Bytes(index);
        return KeyRules.Problem(scope, StateKey.MaxScopeBytes) is { } problem
            ? throw arguments.Wrong(index, "the scope " + problem)
            : scope;
    }
}
