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
        Callback.Register(state, "print"u8, &OnPrint);
        Callback.Register(state, "write"u8, &OnWrite);
        Callback.Register(state, "flush"u8, &OnFlush);
        Callback.Register(state, "set_buffering"u8, &OnSetBuffering);
        Callback.Register(state, "read"u8, &OnRead);
        Callback.Register(state, "exit"u8, &OnExit);
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int OnPrint(LuaState state) => Callback.Run(state, &Print);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int OnWrite(LuaState state) => Callback.Run(state, &Write);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int OnFlush(LuaState state) => Callback.Run(state, &Flush);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int OnSetBuffering(LuaState state) => Callback.Run(state, &SetBuffering);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int OnRead(LuaState state) => Callback.Run(state, &Read);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int OnExit(LuaState state) => Callback.Run(state, &ExitFunction.Exit);

    /// <summary>print(...): returns true, having written nothing, if some value cannot be converted without running Lua code.</summary>
    private static int Print(LuaState state, LuaHost host)
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

        OutputSink sink = host.Streams.Output;
        try
        {
            lock (sink.Gate)
            {
                int mark = sink.Mark;
                for (int i = 1; i <= count; i++)
                {
                    sink.Write(i > 1 ? "\t"u8 : []);
                    WriteBasic(state, i, sink);
                }

                sink.Write("\n"u8);
                sink.EndCall(mark);
            }

            return 0;
        }
        catch (IOException exception) when (exception is not ClosedPipeException)
        {
            throw new LuaCallException($"cannot write to standard output: {exception.Message}");
        }
    }

    /// <summary>write(file, ...): a failure of the stream is nil, its text and its number.</summary>
    private static int Write(LuaState state, LuaHost host)
    {
        if (host.Streams.SinkAt(state, 1, new LuaArguments(state, "write")) is not { } sink)
        {
            return SoftFailure(state, "Bad file descriptor", BadFileDescriptor);
        }

        LuaArguments arguments = new(state, "write", hidden: 1);
        try
        {
            lock (sink.Gate)
            {
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
            }

            return 0;
        }
        catch (IOException exception) when (exception is not ClosedPipeException)
        {
            return SoftFailure(state, exception);
        }
    }

    private static int Flush(LuaState state, LuaHost host)
    {
        OutputSink? sink = host.Streams.SinkAt(state, 1, new LuaArguments(state, "flush"));
        try
        {
            sink?.Flush();
        }
        catch (IOException exception) when (exception is not ClosedPipeException)
        {
            state.PushNil();
            return 1 + SoftFailure(state, exception);
        }

        state.PushNil();
        state.Push(true);
        return 2;
    }

    private static int SetBuffering(LuaState state, LuaHost host)
    {
        OutputSink? sink = host.Streams.SinkAt(state, 1, new LuaArguments(state, "setvbuf"));
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

    /// <summary>read(file, formats...): nil, then what was read, or nil, text and number of a failure.</summary>
    private static int Read(LuaState state, LuaHost host)
    {
        ScriptStreams streams = host.Streams;
        _ = streams.SinkAt(state, 1, new LuaArguments(state, "read"));
        int top = LuaApi.GetTop(state);
        if (LuaApi.CheckStack(state, top + 8) == 0)
        {
            throw new LuaCallException("too many formats for 'read'");
        }

        state.PushNil();
        if (!streams.IsInput(state, 1))
        {
            return 1 + SoftFailure(state, "Bad file descriptor", BadFileDescriptor);
        }

        try
        {
            ReadFormats.Push(state, streams.Input, first: 2, last: top);
        }
        catch (IOException exception) when (exception is not ClosedPipeException)
        {
            LuaApi.SetTop(state, top + 1);
            return 1 + SoftFailure(state, exception);
        }

        return LuaApi.GetTop(state) - top;
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

    private static int SoftFailure(LuaState state, IOException failure) =>
        SoftFailure(state, failure.Message, failure.HResult & 0xFFFF);

    private static int SoftFailure(LuaState state, string text, int number)
    {
        state.PushNil();
        state.Push(text);
        state.Push((long)number);
        return 3;
    }
}
