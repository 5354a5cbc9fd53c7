using System.Buffers;
using System.Text;
using LlmSpell.Lua.Calls;

namespace LlmSpell.Lua.Native;

/// <summary>Values on and off a Lua stack, over <see cref="LuaApi"/>.</summary>
internal static unsafe class LuaStateValues
{
    internal static void Pop(this LuaState state, int count = 1) => LuaApi.SetTop(state, -count - 1);

    internal static void Push(this LuaState state, ReadOnlySpan<byte> bytes)
    {
        fixed (byte* first = bytes)
        {
            LuaApi.PushBytes(state, first, (nuint)bytes.Length);
        }
    }

    internal static void Push(this LuaState state, string text)
    {
        int most = Encoding.UTF8.GetMaxByteCount(text.Length);
        byte[]? rented = most > 512 ? ArrayPool<byte>.Shared.Rent(most) : null;
        Span<byte> utf8 = rented ?? stackalloc byte[512];
        state.Push(utf8[..Encoding.UTF8.GetBytes(text, utf8)]);
        if (rented is not null)
        {
            ArrayPool<byte>.Shared.Return(rented);
        }
    }

    internal static void Push(this LuaState state, long value) => LuaApi.PushInteger(state, value);

    internal static void Push(this LuaState state, bool value) => LuaApi.PushBoolean(state, value ? 1 : 0);

    internal static void PushNil(this LuaState state) => LuaApi.PushNil(state);

    /// <summary>The bytes of a value that is known to be a string, in Lua's own memory: valid while the value is on the stack.</summary>
    internal static ReadOnlySpan<byte> StringAt(this LuaState state, int index)
    {
        ReadOnlySpan<byte> start = state.StringStartAt(index, out ulong length);
        return (ulong)start.Length == length ? start : throw TooLong(length);
    }

    /// <summary>As <see cref="StringAt"/>, but only as many bytes of it as a span takes: Lua's strings may be longer.</summary>
    internal static ReadOnlySpan<byte> StringStartAt(this LuaState state, int index, out ulong length)
    {
        nuint count;
        byte* bytes = LuaApi.StringBytes(state, index, &count);
        length = count;
        return new ReadOnlySpan<byte>(bytes, (int)Math.Min(count, int.MaxValue));
    }

    /// <summary>As <see cref="StringAt"/>, for a number too, which becomes a string in its place.</summary>
    internal static ReadOnlySpan<byte> NumberAsStringAt(this LuaState state, int index)
    {
        nuint length;
        byte* bytes = LuaApi.NumberToString(state, index, &length);
        return length <= int.MaxValue ? new ReadOnlySpan<byte>(bytes, (int)length) : throw TooLong(length);
    }

    private static LuaCallException TooLong(ulong length) => new($"a string of {length} bytes is too long; at most {int.MaxValue} are taken here");

    /// <summary>The text of a value that is known to be a string; bytes that are no UTF-8 become replacement characters.</summary>
    internal static string TextAt(this LuaState state, int index) => Encoding.UTF8.GetString(state.StringAt(index));

    /// <summary>What messages call the value's type: its metatable's __name, where that is a string.</summary>
    internal static string TypeNameAt(this LuaState state, int index)
    {
        if (LuaApi.TypeOf(state, index) is not (LuaType.Table or LuaType.UserData) || LuaApi.GetMetatable(state, index) == 0)
        {
            return PlainTypeNameAt(state, index);
        }

        state.Push("__name"u8);
        string? name = LuaApi.RawGet(state, -2) == LuaType.String ? state.TextAt(-1) : null;
        state.Pop(2);
        return name ?? PlainTypeNameAt(state, index);
    }

    /// <summary>The value's type by Lua's own name. Other than <see cref="TypeNameAt"/> it allocates nothing in Lua, which could run finalizers.</summary>
    internal static string PlainTypeNameAt(this LuaState state, int index) => LuaApi.TypeOf(state, index) switch
    {
        LuaType.None => "no value",
        LuaType.Nil => "nil",
        LuaType.Boolean => "boolean",
        LuaType.Number => "number",
        LuaType.String => "string",
        LuaType.Table => "table",
        LuaType.Function => "function",
        LuaType.Thread => "thread",
        LuaType.LightUserData => "light userdata",
        _ => "userdata",
    };
}
