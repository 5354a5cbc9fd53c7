using System.Buffers.Text;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using LlmSpell.Lua.Calls;
using LlmSpell.Lua.Native;

namespace LlmSpell.Lua.Streams;

/// <summary>The functions behind print and the standard streams; Prelude/streams.lua calls them.</summary>
internal static unsafe class StreamFunctions
{
    private const int BadFileDescriptor = 9;

    /// <summary>Pushes a table of them.</summary>
    internal static void Push(LuaState state)
    {
        LuaApi.CreateTable(state, 0, 8);
        Callback.Register(state, "print"u8, &Print);
        Callback.Register(state, "write"u8, &Write);
        Callback.Register(state, "flush"u8, &Flush);
        Callback.Register(state, "set_buffering"u8, &SetBuffering);
        Callback.Register(state, "read"u8, &ReadFunction.Read);
        Callback.Register(state, "exit"u8, &ExitFunction.Exit);
    }

    /// <summary>print(...): returns true, having written nothing, if some value cannot be converted without running Lua code.</summary>
    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Print(LuaState state)
    {
        try
        {
            int count = LuaApi.GetTop(state);
            for (int i = 1; i <= count; i++)
            {
                if (LuaApi.TypeOf(state, i) is not (LuaType.String or LuaType.Number or LuaType.Boolean or LuaType.Nil))
                {
                    state.Push(true);
                    return 1;
                }
            }

            OutputSink sink = Callback.HostOf(state).Streams.Output;
            int mark = sink.Mark;
            for (int i = 1; i <= count; i++)
            {
                if (i > 1)
                {
                    sink.Write("\t"u8);
                }

                WriteBasic(state, i, sink);
            }

            sink.Write("\n"u8);
            sink.EndCall(mark);
            return 0;
        }
        catch (IOException exception) when (exception is not ClosedPipeException)
        {
            return Callback.Fail(state, new LuaCallException($"cannot write to standard output: {exception.Message}"));
        }
        catch (Exception exception)
        {
            return Callback.Fail(state, exception);
        }
    }

    /// <summary>write(file, ...): a failure of the stream is nil, its text and its number.</summary>
    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Write(LuaState state)
    {
        try
        {
            LuaArguments arguments = new(state, "write", hidden: 1);
            if (Callback.HostOf(state).Streams.SinkAt(state, 1, new LuaArguments(state, "write")) is not { } sink)
            {
                return SoftFailure(state, "Bad file descriptor", BadFileDescriptor);
            }

            int mark = sink.Mark;
            int count = LuaApi.GetTop(state);
            for (int i = 2; i <= count; i++)
            {
                switch (LuaApi.TypeOf(state, i))
                {
                    case LuaType.String:
                        sink.Write(state.StringAt(i));
                        break;
                    case LuaType.Number:
                        WriteNumber(state, i, sink, keepPoint: false);
                        break;
                    default:
                        throw arguments.WrongType(i, "string");
                }
            }

            sink.EndCall(mark);
            return 0;
        }
        catch (IOException exception) when (exception is not ClosedPipeException)
        {
            return SoftFailure(state, exception.Message, exception.HResult & 0xFFFF);
        }
        catch (Exception exception)
        {
            return Callback.Fail(state, exception);
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Flush(LuaState state)
    {
        try
        {
            Callback.HostOf(state).Streams.SinkAt(state, 1, new LuaArguments(state, "flush"))?.Flush();
            state.PushNil();
            state.Push(true);
            return 2;
        }
        catch (IOException exception) when (exception is not ClosedPipeException)
        {
            return SoftFailure(state, exception.Message, exception.HResult & 0xFFFF);
        }
        catch (Exception exception)
        {
            return Callback.Fail(state, exception);
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int SetBuffering(LuaState state)
    {
        try
        {
            OutputSink? sink = Callback.HostOf(state).Streams.SinkAt(state, 1, new LuaArguments(state, "setvbuf"));
            LuaArguments arguments = new(state, "setvbuf", hidden: 1);
            ReadOnlySpan<byte> mode = arguments.Bytes(2);
            OutputBuffering buffering =
                mode.SequenceEqual("no"u8) ? OutputBuffering.None
                : mode.SequenceEqual("line"u8) ? OutputBuffering.Line
                : mode.SequenceEqual("full"u8) ? OutputBuffering.Full
                : throw arguments.Wrong(2, $"invalid option '{state.TextAt(2)}'");
            if (sink is not null)
            {
                sink.Flush();
                sink.Buffering = buffering;
            }

            state.PushNil();
            state.Push(true);
            return 2;
        }
        catch (Exception exception)
        {
            return Callback.Fail(state, exception);
        }
    }

    private static void WriteBasic(LuaState state, int index, OutputSink sink)
    {
        switch (LuaApi.TypeOf(state, index))
        {
            case LuaType.String:
                sink.Write(state.StringAt(index));
                break;
            case LuaType.Number:
                WriteNumber(state, index, sink, keepPoint: true);
                break;
            case LuaType.Boolean:
                sink.Write(LuaApi.ToBoolean(state, index) != 0 ? "true"u8 : "false"u8);
                break;
            default:
                sink.Write("nil"u8);
                break;
        }
    }

    /// <param name="state">The coroutine.</param>
    /// <param name="index">Where the number is.</param>
    /// <param name="sink">Where it goes.</param>
    /// <param name="keepPoint">Whether 1.0 is written as such: print does so, io.write, which uses C's %.14g, does not.</param>
    private static void WriteNumber(LuaState state, int index, OutputSink sink, bool keepPoint)
    {
        if (LuaApi.IsInteger(state, index) == 0)
        {
            ReadOnlySpan<byte> text = state.NumberAsStringAt(index);
            sink.Write(!keepPoint && text.EndsWith(".0"u8) ? text[..^2] : text);
            return;
        }

        Span<byte> digits = stackalloc byte[20];
        Utf8Formatter.TryFormat(LuaApi.ToInteger(state, index, null), digits, out int written);
        sink.Write(digits[..written]);
    }

    private static int SoftFailure(LuaState state, string text, int number)
    {
        LuaApi.SetTop(state, 0);
        state.PushNil();
        state.Push(text);
        state.Push((long)number);
        return 3;
    }
}
