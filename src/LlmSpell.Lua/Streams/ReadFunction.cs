using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using LlmSpell.Lua.Calls;
using LlmSpell.Lua.Native;

namespace LlmSpell.Lua.Streams;

/// <summary>io.read and file:read for standard input.</summary>
internal static unsafe class ReadFunction
{
    /// <summary>read(file, formats...): nil, then a value for each format up to the first that finds nothing.</summary>
    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    internal static int Read(LuaState state)
    {
        try
        {
            ScriptStreams streams = Callback.HostOf(state).Streams;
            _ = streams.SinkAt(state, 1, new LuaArguments(state, "read"));
            if (!streams.IsInput(state, 1))
            {
                return Failure(state, "Bad file descriptor", 9);
            }

            int last = LuaApi.GetTop(state);
            if (LuaApi.CheckStack(state, last + 8) == 0)
            {
                throw new LuaCallException("too many formats for 'read'");
            }

            state.PushNil();
            bool found = last > 1 || ReadLine(state, streams.Input, keepEnd: false);
            for (int i = 2; i <= last && found; i++)
            {
                found = ReadFormat(state, streams.Input, i);
            }

            if (!found)
            {
                state.PushNil();
            }

            return LuaApi.GetTop(state) - last;
        }
        catch (IOException exception) when (exception is not ClosedPipeException)
        {
            return Failure(state, exception.Message, exception.HResult & 0xFFFF);
        }
        catch (Exception exception)
        {
            return Callback.Fail(state, exception);
        }
    }

    /// <summary>Pushes what a format finds; pushes nothing and returns false if that is nothing.</summary>
    private static bool ReadFormat(LuaState state, InputSource input, int index)
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
                return ReadLine(state, input, keepEnd: false);
            case (byte)'L':
                return ReadLine(state, input, keepEnd: true);
            case (byte)'a':
                state.Push(input.ReadAll());
                return true;
            case (byte)'n':
                return ReadNumber(state, input);
            default:
                throw arguments.Wrong(index, "invalid format");
        }
    }

    private static bool ReadLine(LuaState state, InputSource input, bool keepEnd)
    {
        if (!input.TryReadLine(keepEnd, out ReadOnlySpan<byte> line))
        {
            return false;
        }

        state.Push(line);
        return true;
    }

    private static bool ReadNumber(LuaState state, InputSource input)
    {
        byte* text = stackalloc byte[NumberScanner.MaxLength + 1];
        int length = new NumberScanner(input).Scan(new Span<byte>(text, NumberScanner.MaxLength));
        text[length] = 0;
        return LuaApi.StringToNumber(state, text) != 0;
    }

    private static int Failure(LuaState state, string text, int number)
    {
        LuaApi.SetTop(state, 0);
        state.PushNil();
        state.PushNil();
        state.Push(text);
        state.Push((long)number);
        return 4;
    }
}
