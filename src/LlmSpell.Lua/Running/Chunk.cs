using System.Text;
using LlmSpell.Lua.Libraries;
using LlmSpell.Lua.Native;

namespace LlmSpell.Lua.Running;

/// <summary>Runs code in a Lua state, and makes exceptions of what it raises.</summary>
internal sealed unsafe partial class Chunk
{
    // These stay at the bottom of the main stack, out of every script's reach.
    private const int Handler = 1;
    private const int Globals = 2;
    private const int Package = 3;

    private readonly LuaState _state;
    private readonly bool _textOnly;

    /// <param name="state">The main coroutine, its stack empty, with all of Lua's libraries.</param>
    /// <param name="modulePath">Where require looks too; null: nowhere.</param>
    /// <param name="textOnly">Whether precompiled code is refused.</param>
    internal Chunk(LuaState state, string? modulePath, bool textOnly)
    {
        _state = state;
        _textOnly = textOnly;
        Prelude.Load(state, "failures.lua");
        Prelude.Call(state, arguments: 0, results: 1);
        LuaApi.RawGetInteger(state, LuaApi.RegistryIndex, LuaApi.RegistryGlobals);
        state.Push("package"u8);
        LuaApi.RawGet(state, Globals);
        ModulePath = new ModulePath(state, Package, modulePath);
    }

    internal ModulePath ModulePath { get; }

    internal void Run(
        ReadOnlySpan<byte> code, string chunkName, string script, string? folder, IReadOnlyList<string> arguments, LuaHost host)
    {
        if (LuaApi.CheckStack(_state, arguments.Count + 8) == 0)
        {
            throw new ArgumentException("There are too many arguments for a Lua script.", nameof(arguments));
        }

        ModulePath.Set(folder);
        SetArgumentTable(script, arguments);
        host.Limits.Begin(_state);
        End(Execute(code, chunkName, arguments, host), host);
    }

    /// <summary>The run is over; throws what became of it, unless all went well, and leaves the stack as it was before.</summary>
    private void End(LuaStatus status, LuaHost host)
    {
        LuaScriptException? failure =
            host.Limits.End() is { } reason ? Failure.OfStop(_state, status, reason, host)
            : status != LuaStatus.Ok ? Failure.Read(_state, status, host)
            : null;
        LuaApi.SetTop(_state, Package);
        if (failure is not null)
        {
            throw failure;
        }
    }

    private LuaStatus Execute(ReadOnlySpan<byte> code, string chunkName, IReadOnlyList<string> arguments, LuaHost host)
    {
        host.Heap->LeaveManaged();
        LuaStatus status = Load(code, chunkName);
        host.Heap->EnterManaged();
        if (status != LuaStatus.Ok)
        {
            return status;
        }

        foreach (string argument in arguments)
        {
            _state.Push(argument);
        }

        return host.Call(_state, arguments.Count, 0, Handler);
    }

    private LuaStatus Load(ReadOnlySpan<byte> code, string chunkName)
    {
        byte[] name = [.. Encoding.UTF8.GetBytes(chunkName), 0];
        fixed (byte* first = code, nameBytes = name, text = "t\0"u8)
        {
            return LuaApi.LoadBuffer(_state, first, (nuint)code.Length, nameBytes, _textOnly ? text : null);
        }
    }

    private void SetArgumentTable(string script, IReadOnlyList<string> arguments)
    {
        _state.Push("arg"u8);
        LuaApi.CreateTable(_state, arguments.Count, 1);
        _state.Push(script);
        LuaApi.RawSetInteger(_state, -2, 0);
        for (int i = 0; i < arguments.Count; i++)
        {
            _state.Push(arguments[i]);
            LuaApi.RawSetInteger(_state, -2, i + 1);
        }

        LuaApi.RawSet(_state, Globals);
    }
}
