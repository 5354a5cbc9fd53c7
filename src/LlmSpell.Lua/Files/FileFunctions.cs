using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using LlmSpell.Lua.Calls;
using LlmSpell.Lua.Native;
using LlmSpell.Lua.Streams;

namespace LlmSpell.Lua.Files;

/// <summary>The functions behind the methods of files; Prelude/io.lua calls them, the file first.</summary>
internal static unsafe class FileFunctions
{
    /// <summary>Sets them in the table on the top.</summary>
    internal static void Register(LuaState state)
    {
        Callback.Register(state, "write"u8, &OnWrite);
        Callback.Register(state, "read"u8, &OnRead);
        Callback.Register(state, "next_line"u8, &OnNextLine);
        Callback.Register(state, "seek"u8, &OnSeek);
        Callback.Register(state, "flush"u8, &OnFlush);
        Callback.Register(state, "set_buffering"u8, &OnSetBuffering);
        Callback.Register(state, "close"u8, &OnClose);
        Callback.Register(state, "collect"u8, &OnCollect);
        Callback.Register(state, "kind"u8, &OnKind);
        Callback.Register(state, "check"u8, &OnCheck);
        Callback.Register(state, "metatable"u8, &OnMetatable);
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int OnWrite(LuaState state) => Callback.Run(state, &Write);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int OnRead(LuaState state) => Callback.Run(state, &Read);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int OnNextLine(LuaState state) => Callback.Run(state, &NextLine);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int OnSeek(LuaState state) => Callback.Run(state, &Seek);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int OnFlush(LuaState state) => Callback.Run(state, &Flush);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int OnSetBuffering(LuaState state) => Callback.Run(state, &SetBuffering);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int OnClose(LuaState state) => Callback.Run(state, &Close);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int OnCollect(LuaState state) => Callback.Run(state, &Collect);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int OnKind(LuaState state) => Callback.Run(state, &Kind);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int OnCheck(LuaState state) => Callback.Run(state, &Check);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int OnMetatable(LuaState state) => Callback.Run(state, &Metatable);

    /// <summary>write(file, ...): nothing, or nil and a failure of the stream: nil, its text and its number.</summary>
    private static int Write(LuaState state, LuaHost host)
    {
        LuaFile file = host.Files.At(state, 1, new LuaArguments(state, "write"));
        LuaArguments arguments = new(state, "write", hidden: 1);
        try
        {
            OutputSink sink = file.Writer();
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
                            NumberText.Write(state, i, sink, keepPoint: false);
                            break;
                        default:
                            throw arguments.WrongType(i, "string");
                    }
                }

                sink.EndCall(mark);
            }

            return 0;
        }
        catch (IOException exception) when (!IsEndOfStandardOutput(file, exception))
        {
            state.PushNil();
            return 1 + FileResult.PushFailure(state, exception);
        }
    }

    /// <summary>read(file, formats...): nil, then what was read, or nil, text and number of a failure.</summary>
    private static int Read(LuaState state, LuaHost host) =>
        Read(state, host.Files.At(state, 1, new LuaArguments(state, "read")));

    /// <summary>As read, for the iterators of lines, which say otherwise that the file is closed.</summary>
    private static int NextLine(LuaState state, LuaHost host) =>
        Read(state, host.Files.At(state, 1, new LuaArguments(state, "read"), closed: "file is already closed"));

    private static int Read(LuaState state, LuaFile file)
    {
        // Room for twenty values is always there.
        const int FewFormats = 8;
        int top = LuaApi.GetTop(state);
        if (top > FewFormats && LuaApi.CheckStack(state, top + FewFormats) == 0)
        {
            throw new LuaCallException("too many arguments");
        }

        state.PushNil();
        try
        {
            ReadFormats.Push(state, file.Reader(), first: 2, last: top);
        }
        catch (IOException exception) when (exception is not ClosedPipeException)
        {
            LuaApi.SetTop(state, top + 1);
            return 1 + FileResult.PushFailure(state, exception);
        }

        return LuaApi.GetTop(state) - top;
    }

    /// <summary>seek(file, whence, offset): nil, then the position, or nil, text and number of a failure.</summary>
    private static int Seek(LuaState state, LuaHost host)
    {
        LuaFile file = host.Files.At(state, 1, new LuaArguments(state, "seek"));
        LuaArguments arguments = new(state, "seek", hidden: 1);
        SeekOrigin origin = SeekOrigin.Current;
        if (!arguments.IsNil(2))
        {
            ReadOnlySpan<byte> whence = arguments.Bytes(2);
            origin = whence.SequenceEqual("set"u8) ? SeekOrigin.Begin
                : whence.SequenceEqual("cur"u8) ? SeekOrigin.Current
                : whence.SequenceEqual("end"u8) ? SeekOrigin.End
                : throw arguments.Wrong(2, $"invalid option '{state.TextAt(2)}'");
        }

        long offset = arguments.IsNil(3) ? 0 : arguments.Integer(3);
        state.PushNil();
        try
        {
            if (host.Options.Sandbox)
            {
                // Standard output may be a file that holds more than what this script wrote.
                throw Posix.Error(Posix.IllegalSeek);
            }

            state.Push(file.Seek(offset, origin));
            return 2;
        }
        catch (IOException exception)
        {
            return 1 + FileResult.PushFailure(state, exception);
        }
    }

    /// <summary>flush(file): nil, then true, or nil, text and number of a failure.</summary>
    private static int Flush(LuaState state, LuaHost host)
    {
        LuaFile file = host.Files.At(state, 1, new LuaArguments(state, "flush"));
        try
        {
            file.Flush();
        }
        catch (IOException exception) when (!IsEndOfStandardOutput(file, exception))
        {
            state.PushNil();
            return 1 + FileResult.PushFailure(state, exception);
        }

        return FileResult.PushSuccess(state);
    }

    /// <summary>set_buffering(file, mode, size): nil and true. The size is ours to choose.</summary>
    private static int SetBuffering(LuaState state, LuaHost host)
    {
        LuaFile file = host.Files.At(state, 1, new LuaArguments(state, "setvbuf"));
        LuaArguments arguments = new(state, "setvbuf", hidden: 1);
        ReadOnlySpan<byte> mode = arguments.Bytes(2);
        OutputBuffering buffering =
            mode.SequenceEqual("no"u8) ? OutputBuffering.None
            : mode.SequenceEqual("line"u8) ? OutputBuffering.Line
            : mode.SequenceEqual("full"u8) ? OutputBuffering.Full
            : throw arguments.Wrong(2, $"invalid option '{state.TextAt(2)}'");
        if (!arguments.IsNil(3))
        {
            _ = arguments.Integer(3);
        }

        file.SetBuffering(buffering);
        return FileResult.PushSuccess(state);
    }

    /// <summary>close(file): nil, then what file:close returns.</summary>
    private static int Close(LuaState state, LuaHost host)
    {
        LuaFile file = host.Files.At(state, 1, new LuaArguments(state, "close"));
        state.PushNil();
        if (file.IsStandard)
        {
            state.PushNil();
            state.Push("cannot close standard file");
            return 3;
        }

        IOException? failure = null;
        try
        {
            file.Close();
        }
        catch (IOException exception)
        {
            failure = exception;
        }

        // What a process says of itself comes first, as in C: its end is why writing to it failed.
        if (file.Child is { } child)
        {
            return 1 + FileResult.PushEnd(state, child.Wait());
        }

        if (failure is not null)
        {
            return 1 + FileResult.PushFailure(state, failure);
        }

        state.Push(true);
        return 2;
    }

    /// <summary>collect(file): the finalizer.</summary>
    private static int Collect(LuaState state, LuaHost host)
    {
        if (host.Files.Find(state, 1, new LuaArguments(state, "__gc")) is { IsStandard: false } file)
        {
            host.Files.Forget(state, 1);
            file.CloseQuietly();
        }

        return 0;
    }

    /// <summary>kind(value): nil, then as io.type.</summary>
    private static int Kind(LuaState state, LuaHost host)
    {
        if (LuaApi.GetTop(state) == 0)
        {
            throw new LuaArgumentException(1, "type", "value expected");
        }

        bool isFile = host.Files.IsFile(state, 1, out LuaFile? file);
        state.PushNil();
        if (!isFile)
        {
            state.PushNil();
        }
        else
        {
            state.Push(file is { IsClosed: false } ? "file"u8 : "closed file"u8);
        }

        return 2;
    }

    /// <summary>check(value, function): nothing if it is an open file.</summary>
    private static int Check(LuaState state, LuaHost host)
    {
        _ = host.Files.At(state, 1, new LuaArguments(state, state.TextAt(2)));
        return 0;
    }

    /// <summary>metatable(table): what all files have from now on.</summary>
    private static int Metatable(LuaState state, LuaHost host)
    {
        LuaApi.SetTop(state, 1);
        host.Files.TakeMetatable(state);
        return 0;
    }

    /// <summary>The script ends quietly when nobody reads what it prints; a pipe to a process is its own affair.</summary>
    private static bool IsEndOfStandardOutput(LuaFile file, IOException exception) => file.IsStandard && exception is ClosedPipeException;
}
