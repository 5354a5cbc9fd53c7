using LlmSpell.Lua.Calls;
using LlmSpell.Lua.Native;

namespace LlmSpell.Lua.Streams;

/// <summary>The formats of io.read and file:read, for standard input.</summary>
internal static unsafe class ReadFormats
{
    /// <summary>Pushes a value for each format up to the first that finds nothing, for which nil is pushed; without formats, a line.</summary>
    internal static void Push(LuaState state, InputSource input, int first, int last)
    {
        bool found = first <= last || PushLine(state, input, keepEnd: false);
        for (int i = first; i <= last && found; i++)
        {
            found = PushFormat(state, input, i);
        }

        if (!found)
        {
            state.PushNil();
        }
    }

    /// <summary>Pushes what a format finds; pushes nothing and returns false if that is nothing.</summary>
    private static bool PushFormat(LuaState state, InputSource input, int index)
    {
        LuaArguments arguments = new(state, "read", hidden: 1);
        if (LuaApi.TypeOf(state, index) == LuaType.Number)
        {
            if (!input.TryRead(arguments.Integer(index), out ReadOnlySpan<byte> bytes))
            {
                return false;
            }

            state.Push(bytes);
            return true;
        }

        ReadOnlySpan<byte> format = arguments.Bytes(index);
        format = format is [(byte)'*', ..] ? format[1..] : format;
        switch (format.IsEmpty ? 0 : format[0])
        {
            case (byte)'l':
                return PushLine(state, input, keepEnd: false);
            case (byte)'L':
                return PushLine(state, input, keepEnd: true);
            case (byte)'a':
                state.Push(input.ReadAll());
                return true;
            case (byte)'n':
                return PushNumber(state, input);
            default:
                throw arguments.Wrong(index, "invalid format");
        }
    }

    private static bool PushLine(LuaState state, InputSource input, bool keepEnd)
    {
        if (!input.TryReadLine(keepEnd, out ReadOnlySpan<byte> line))
        {
            return false;
        }

        state.Push(line);
        return true;
    }

    private static bool PushNumber(LuaState state, InputSource input)
    {
        byte* text = stackalloc byte[NumberScanner.MaxLength + 1];
        int length = new NumberScanner(input).Scan(new Span<byte>(text, NumberScanner.MaxLength));
        text[length] = 0;
        return LuaApi.StringToNumber(state, text) != 0;
    }
}
