using System.Text;
using LlmSpell.Lua.Libraries;
using LlmSpell.Lua.Limits;
using LlmSpell.Lua.Native;

namespace LlmSpell.Lua.Running;

/// <summary>Runs code in a Lua state, and makes exceptions of what it raises.</summary>
internal sealed unsafe partial class Chunk
{
    // These stay at the bottom of the main stack, out of every script's reach.
    private const int Handler = 1;

    /// <summary>What the message handler said of the error that it saw last; see Prelude/failures.lua.</summary>
    internal const int Report = 2;

    private const int Globals = 3;
    private const int Package = 4;

    private readonly LuaState _state;
    private readonly ModulePath _modulePath;
    private readonly bool _textOnly;

    /// <param name="state">The main coroutine, its stack empty, with all of Lua's libraries.</param>
    /// <param name="modulePath">Where require looks too; null: nowhere.</param>
    /// <param name="textOnly">Whether precompiled code is refused.</param>
    internal Chunk(LuaState state, string? modulePath, bool textOnly)
    {
        _state = state;
        _textOnly = textOnly;
        Prelude.Load(state, "failures.lua");
        Guards.PushIsPlaceKnown(state);
        Prelude.Call(state, arguments: 1, results: 2);
        LuaApi.RawGetInteger(state, LuaApi.RegistryIndex, LuaApi.RegistryGlobals);
        state.Push("package"u8);
        LuaApi.RawGet(state, Globals);
        _modulePath = new ModulePath(state, Package, modulePath);
    }

    internal ModulePath ModulePath => _modulePath;

    internal void Run(
        ReadOnlySpan<byte> code, string chunkName, string script, string? folder, IReadOnlyList<string> arguments, LuaHost host)
    {
        if (LuaApi.CheckStack(_state, arguments.Count + 8) == 0)
        {
            throw new ArgumentException("There are too many arguments for a Lua script.", nameof(arguments));
        }

        _modulePath.Set(folder);
        SetArgumentTable(script, arguments);
        LuaStatus status = Load(code, chunkName, host);
        if (status == LuaStatus.Ok)
        {
            foreach (string argument in arguments)
            {
                _state.Push(argument);
            }

            status = ScriptCall.Call(host, arguments.Count, 0, Handler);
        }

        if (status != LuaStatus.Ok || host.Stop.Reason is not null)
        {
            LuaScriptException failure = Failure.Read(_state, status, host);
            LuaApi.SetTop(_state, Package);
            throw failure;
        }
    }

    private LuaStatus Load(ReadOnlySpan<byte> code, string chunkName, LuaHost host)
    {
        byte[] name = [.. Encoding.UTF8.GetBytes(chunkName), 0];
        fixed (byte* first = code, nameBytes = name, text = "t\0"u8)
        {
            return ScriptCall.Load(host, first, (nuint)code.Length, nameBytes, _textOnly ? text : null);
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
