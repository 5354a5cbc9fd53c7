using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using LlmSpell.Lua.Calls;
using LlmSpell.Lua.Native;
using LlmSpell.Lua.Processes;
using LlmSpell.Lua.Streams;

namespace LlmSpell.Lua.Files;

/// <summary>The functions behind io.open, io.popen and io.tmpfile: nil and a file, or nil and what the operating system said.</summary>
internal static unsafe class OpenFunctions
{
    /// <summary>Sets them in the table on the top.</summary>
    internal static void Register(LuaState state)
    {
        Callback.Register(state, "open"u8, &OnOpen);
        Callback.Register(state, "popen"u8, &OnPopen);
        Callback.Register(state, "tmpfile"u8, &OnTemporary);
        Callback.Register(state, "standard"u8, &OnStandard);
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int OnOpen(LuaState state) => Callback.Run(state, &Open);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int OnPopen(LuaState state) => Callback.Run(state, &Popen);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int OnTemporary(LuaState state) => Callback.Run(state, &Temporary);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int OnStandard(LuaState state) => Callback.Run(state, &Standard);

    /// <summary>open(name, mode)</summary>
    private static int Open(LuaState state, LuaHost host)
    {
        LuaArguments arguments = new(state, "open");
        ReadOnlySpan<byte> name = arguments.CString(1);
        ReadOnlySpan<byte> modeText = arguments.IsNil(2) ? "r"u8 : arguments.CString(2);
        if (!OpenMode.TryParse(modeText, out OpenMode mode))
        {
            throw arguments.Wrong(2, "invalid mode");
        }

        host.Permissions.DemandFiles();
        Stream stream;
        try
        {
            stream = host.Opener.Open(name, mode);
        }
        catch (IOException failure)
        {
            state.PushNil();
            return 1 + FileResult.PushFailure(state, failure, name);
        }

        return PushFile(state, host, LuaFile.Open(stream, mode.Access, host.Streams.Output, host.LongestString));
    }

    /// <summary>popen(command, mode)</summary>
    private static int Popen(LuaState state, LuaHost host)
    {
        LuaArguments arguments = new(state, "popen");
        ReadOnlySpan<byte> command = arguments.CString(1);
        ReadOnlySpan<byte> mode = arguments.IsNil(2) ? "r"u8 : arguments.CString(2);
        if (mode is not ([(byte)'r'] or [(byte)'w']))
        {
            throw arguments.Wrong(2, "invalid mode");
        }

        host.Permissions.DemandProcesses();
        host.FlushBeforeChild();
        bool reads = mode[0] == (byte)'r';
        try
        {
            Posix.Pipe(out int reader, out int writer);
            (int ours, int theirs) = reads ? (reader, writer) : (writer, reader);
            FileDescriptorStream stream = new(ours, host.Streams.Wait);
            try
            {
                Posix.SetNonBlocking(ours);
                ChildProcess child = host.Shell.Start(command, theirs, target: reads ? 1 : 0);
                FileAccess access = reads ? FileAccess.Read : FileAccess.Write;
                return PushFile(state, host, LuaFile.Open(stream, access, host.Streams.Output, host.LongestString, child));
            }
            catch
            {
                stream.Dispose();
                throw;
            }
            finally
            {
                _ = Posix.Close(theirs);
            }
        }
        catch (IOException failure) when (failure is not ClosedPipeException)
        {
            state.PushNil();
            return 1 + FileResult.PushFailure(state, failure, command);
        }
    }

    private static int Temporary(LuaState state, LuaHost host)
    {
        host.Permissions.DemandFiles();
        Stream stream;
        try
        {
            stream = host.Opener.OpenTemporary();
        }
        catch (IOException failure)
        {
            state.PushNil();
            return 1 + FileResult.PushFailure(state, failure);
        }

        return PushFile(state, host, LuaFile.Open(stream, FileAccess.ReadWrite, host.Streams.Output, host.LongestString));
    }

    /// <summary>standard(): nil, then objects for standard input, output and error.</summary>
    private static int Standard(LuaState state, LuaHost host)
    {
        state.PushNil();
        foreach (LuaFile file in host.Streams.Files)
        {
            host.Files.Push(state, file);
        }

        return LuaApi.GetTop(state);
    }

    private static int PushFile(LuaState state, LuaHost host, LuaFile file)
    {
        state.PushNil();
        host.Files.Push(state, file);
        return 2;
    }
}
