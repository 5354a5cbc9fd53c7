using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using LlmSpell.Lua.Calls;
using LlmSpell.Lua.Files;
using LlmSpell.Lua.Native;
using LlmSpell.Lua.Processes;

namespace LlmSpell.Lua.Os;

/// <summary>The functions behind os.execute, os.remove, os.rename, os.tmpname and os.exit; Prelude/os.lua calls them.</summary>
internal static unsafe class OsFunctions
{
    /// <summary>Sets them in the table on the top.</summary>
    internal static void Register(LuaState state)
    {
        Callback.Register(state, "execute"u8, &OnExecute);
        Callback.Register(state, "remove"u8, &OnRemove);
        Callback.Register(state, "rename"u8, &OnRename);
        Callback.Register(state, "tmpname"u8, &OnTemporaryName);
        Callback.Register(state, "exit"u8, &OnExit);
        Callback.Register(state, "date"u8, &OnDate);
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int OnExecute(LuaState state) => Callback.Run(state, &Execute);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int OnRemove(LuaState state) => Callback.Run(state, &Remove);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int OnRename(LuaState state) => Callback.Run(state, &Rename);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int OnTemporaryName(LuaState state) => Callback.Run(state, &TemporaryName);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int OnExit(LuaState state) => Callback.Run(state, &ExitFunction.Exit);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int OnDate(LuaState state) => Callback.Run(state, &Date);

    private static int Date(LuaState state, LuaHost host) => DateFunction.Date(state, host.LongestString);

    /// <summary>execute(command): nil, then whether there is a shell, or how the command ended.</summary>
    private static int Execute(LuaState state, LuaHost host)
    {
        LuaArguments arguments = new(state, "execute");
        if (arguments.IsNil(1))
        {
            state.PushNil();
            state.Push(host.Permissions.Processes && Shell.Exists);
            return 2;
        }

        ReadOnlySpan<byte> command = arguments.CString(1);
        host.Permissions.DemandProcesses();
        host.FlushBeforeChild();
        ProcessEnd end;
        try
        {
            end = host.Shell.Start(command).Wait();
        }
        catch (IOException failure)
        {
            end = new ProcessEnd(0, 0, failure);
        }

        state.PushNil();
        return 1 + FileResult.PushEnd(state, end);
    }

    /// <summary>remove(name): nil, then true, or what the operating system said.</summary>
    private static int Remove(LuaState state, LuaHost host)
    {
        ReadOnlySpan<byte> name = new LuaArguments(state, "remove").CString(1);
        host.Permissions.DemandFiles();
        fixed (byte* path = &MemoryMarshal.GetReference(name))
        {
            return Posix.Remove(path) >= 0 ? FileResult.PushSuccess(state) : Fail(state, Posix.LastError(), name);
        }
    }

    /// <summary>rename(from, to): as remove.</summary>
    private static int Rename(LuaState state, LuaHost host)
    {
        LuaArguments arguments = new(state, "rename");
        ReadOnlySpan<byte> from = arguments.CString(1);
        ReadOnlySpan<byte> to = arguments.CString(2);
        host.Permissions.DemandFiles();
        fixed (byte* fromPath = &MemoryMarshal.GetReference(from), toPath = &MemoryMarshal.GetReference(to))
        {
            if (Posix.Rename(fromPath, toPath) >= 0)
            {
                return FileResult.PushSuccess(state);
            }

            IOException failure = Posix.LastError();
            state.PushNil();
            return 1 + FileResult.PushFailure(state, failure);
        }
    }

    /// <summary>tmpname(): nil and the name of a new, empty file.</summary>
    private static int TemporaryName(LuaState state, LuaHost host)
    {
        host.Permissions.DemandFiles();
        try
        {
            _ = Posix.Close(FileOpener.MakeTemporary(out byte[] name));
            state.PushNil();
            state.Push(name.AsSpan(0, name.Length - 1));
            return 2;
        }
        catch (IOException)
        {
            throw new LuaCallException("unable to generate a unique filename");
        }
    }

    private static int Fail(LuaState state, IOException failure, ReadOnlySpan<byte> name)
    {
        state.PushNil();
        return 1 + FileResult.PushFailure(state, failure, name);
    }
}
