using System.Text;
using System.Text.Unicode;
using LlmSpell.Lua.Native;

namespace LlmSpell.Lua.Calls;

/// <summary>Reads and checks the arguments of one call.</summary>
/// <param name="state">The coroutine that called.</param>
/// <param name="function">The function's name, for messages.</param>
/// <param name="hidden">How many arguments precede those that the script wrote, such as the object of a method.</param>
internal readonly unsafe ref struct LuaArguments(LuaState state, string function, int hidden = 0)
{
    /// <summary>A string's bytes, or a number's as Lua writes it; valid until the call returns.</summary>
    internal ReadOnlySpan<byte> Bytes(int index) => LuaApi.TypeOf(state, index) switch
    {
        LuaType.String => state.StringAt(index),
        LuaType.Number => state.NumberAsStringAt(index),
        _ => throw WrongType(index, "string"),
    };

    /// <summary>As <see cref="Bytes"/>, up to the first NUL: all that C would see of it. A NUL follows, also an empty one, which <c>fixed</c> makes a null pointer of.</summary>
    internal ReadOnlySpan<byte> CString(int index)
    {
        ReadOnlySpan<byte> bytes = Bytes(index);
        int end = bytes.IndexOf((byte)0);
        return end < 0 ? bytes : bytes[..end];
    }

    internal bool IsNil(int index) => LuaApi.TypeOf(state, index) is LuaType.Nil or LuaType.None;

    /// <summary>A string that is valid UTF-8, empty for nil.</summary>
    internal string OptionalText(int index)
    {
        if (IsNil(index))
        {
            return "";
        }

        ReadOnlySpan<byte> bytes = Bytes(index);
        return Utf8.IsValid(bytes) ? Encoding.UTF8.GetString(bytes) : throw Wrong(index, "it is not valid UTF-8");
    }

    internal long Integer(int index)
    {
        int isInteger;
        long value = LuaApi.ToInteger(state, index, &isInteger);
        if (isInteger != 0)
        {
            return value;
        }

        throw LuaApi.TypeOf(state, index) == LuaType.Number
            ? Wrong(index, "number has no integer representation")
            : WrongType(index, "number");
    }

    /// <summary>Refuses <c>State:load(…)</c>, which passes State itself where a string belongs.</summary>
    internal void RefuseMethodCall()
    {
        if (LuaApi.TypeOf(state, 1) == LuaType.Table)
        {
            throw Wrong(1, "string expected, got table; State's functions are called with a dot, not with a colon");
        }
    }

    internal LuaArgumentException WrongType(int index, string expected) =>
        Wrong(index, $"{expected} expected, got {state.TypeNameAt(index)}");

    internal LuaArgumentException Wrong(int index, string problem) => new(index - hidden, function, problem);
}
