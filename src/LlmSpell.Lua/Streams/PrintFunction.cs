using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using LlmSpell.Lua.Calls;
using LlmSpell.Lua.Native;

namespace LlmSpell.Lua.Streams;

/// <summary>The function behind print; Prelude/print.lua calls it.</summary>
internal static unsafe class PrintFunction
{
    /// <summary>Sets it in the table on the top.</summary>
    internal static void Register(LuaState state)
    {
        Callback.Register(state, "print"u8, &OnPrint);
        Callback.Register(state, "converter"u8, &OnConverter);
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int OnPrint(LuaState state) => Callback.Run(state, &Print);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int OnConverter(LuaState state) => Callback.Run(state, &Converter);

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

    /// <summary>converter(value): nil, then what the value's metatable has as __tostring, read as Lua itself reads it.</summary>
    private static int Converter(LuaState state, LuaHost host)
    {
        LuaApi.SetTop(state, 1);
        state.PushNil();
        if (LuaApi.GetMetatable(state, 1) == 0)
        {
            return 1;
        }

        state.Push("__tostring"u8);
        LuaApi.RawGet(state, -2);
        LuaApi.PushNil(state);
        LuaApi.PushValue(state, -2);
        return 2;
    }

    private static void WriteBasic(LuaState state, int index, OutputSink sink)
    {
        switch (LuaApi.TypeOf(state, index))
        {
            case LuaType.String:
                sink.Write(state.StringAt(index));
                break;
            case LuaType.Number:
                NumberText.Write(state, index, sink, keepPoint: true);
                break;
            case LuaType.Boolean:
                sink.Write(LuaApi.ToBoolean(state, index) != 0 ? "true"u8 : "false"u8);
                break;
            default:
                sink.Write("nil"u8);
                break;
        }
    }
}
