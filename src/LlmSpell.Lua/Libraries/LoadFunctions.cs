using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using LlmSpell.Lua.Calls;
using LlmSpell.Lua.Files;
using LlmSpell.Lua.Native;
using LlmSpell.Lua.Running;

namespace LlmSpell.Lua.Libraries;

/// <summary>The functions behind load, loadfile, dofile and require.</summary>
internal static unsafe class LoadFunctions
{
    /// <summary>Sets them in the table on the top.</summary>
    internal static void Register(LuaState state)
    {
        Callback.Register(state, "read_script"u8, &OnReadScript);
        Callback.Register(state, "load_text"u8, &OnLoadText);
        Callback.Register(state, "find_module"u8, &OnFindModule);
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int OnReadScript(LuaState state) => Callback.Run(state, &ReadScript);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int OnLoadText(LuaState state) => Callback.Run(state, &LoadText);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int OnFindModule(LuaState state) => Callback.Run(state, &FindModule);

    /// <summary>read_script(name): nil and the code; or nil, nil and a message. Without a name, from standard input.</summary>
    private static int ReadScript(LuaState state, LuaHost host)
    {
        LuaArguments arguments = new(state, "loadfile");
        host.Permissions.DemandFiles();
        state.PushNil();
        if (arguments.IsNil(1))
        {
            state.Push(ScriptFile.WithoutPreamble(host.Streams.Input.ReadAll()));
            return 2;
        }

        ReadOnlySpan<byte> name = arguments.CString(1);
        try
        {
            state.Push(ModuleSearch.ReadAll(host, name));
            return 2;
        }
        catch (IOException failure)
        {
            _ = FileResult.PushFailure(state, failure, [.. "cannot open "u8, .. name]);
            state.Pop();
            return 3;
        }
    }

    /// <summary>load_text(code, name, hasEnvironment, environment): nil and a function; or nil, nil and a message.</summary>
    private static int LoadText(LuaState state, LuaHost host)
    {
        const int FirstUpvalue = 1;
        LuaArguments arguments = new(state, "load");
        ReadOnlySpan<byte> code = arguments.Bytes(1);
        ReadOnlySpan<byte> name = arguments.Bytes(2);
        bool hasEnvironment = LuaApi.ToBoolean(state, 3) != 0;
        LuaApi.SetTop(state, 4);
        state.PushNil();
        if (Load(state, code, name) != LuaStatus.Ok)
        {
            state.PushNil();
            LuaApi.PushValue(state, -2);
            return 3;
        }

        if (hasEnvironment)
        {
            LuaApi.PushValue(state, 4);
            if (LuaApi.SetUpvalue(state, -2, FirstUpvalue) is null)
            {
                state.Pop();
            }
        }

        return 2;
    }

    /// <summary>find_module(name): nil, the module's function and its file; or nil, nil and where it was not.</summary>
    private static int FindModule(LuaState state, LuaHost host)
    {
        ReadOnlySpan<byte> name = new LuaArguments(state, "require").Bytes(1);
        byte[]? code = ModuleSearch.Find(host, name, out byte[] file);
        state.PushNil();
        if (code is null)
        {
            state.PushNil();
            state.Push(file);
            return 3;
        }

        if (Load(state, code, [.. "@"u8, .. file, 0]) != LuaStatus.Ok)
        {
            string reason = LuaApi.TypeOf(state, -1) == LuaType.String ? state.TextAt(-1) : "";
            string place = System.Text.Encoding.UTF8.GetString(file);
            throw new LuaCallException($"error loading module '{state.TextAt(1)}' from file '{place}':\n\t{reason}");
        }

        state.Push(file);
        return 3;
    }

    /// <param name="state">The coroutine.</param>
    /// <param name="code">Source text.</param>
    /// <param name="name">The chunk's name, followed by NUL.</param>
    private static LuaStatus Load(LuaState state, ReadOnlySpan<byte> code, ReadOnlySpan<byte> name)
    {
        fixed (byte* first = code, nameBytes = name, mode = "t\0"u8)
        {
            return LuaApi.LoadBuffer(state, first, (nuint)code.Length, nameBytes, mode);
        }
    }
}
