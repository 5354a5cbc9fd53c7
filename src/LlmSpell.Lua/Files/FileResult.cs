using System.Text;
using LlmSpell.Lua.Native;
using LlmSpell.Lua.Processes;

namespace LlmSpell.Lua.Files;

/// <summary>How Lua's libraries report what the operating system said: luaL_fileresult and luaL_execresult.</summary>
internal static class FileResult
{
    /// <summary>Pushes nil, for the wrapper, and true.</summary>
    internal static int PushSuccess(LuaState state)
    {
        state.PushNil();
        state.Push(true);
        return 2;
    }

    /// <summary>Pushes nil, a text and a number.</summary>
    /// <param name="state">The coroutine.</param>
    /// <param name="failure">What went wrong; its HResult is the number.</param>
    /// <param name="name">What the text begins with, such as the name of a file; empty: nothing.</param>
    internal static int PushFailure(LuaState state, IOException failure, ReadOnlySpan<byte> name = default)
    {
        byte[] text = Encoding.UTF8.GetBytes(failure.Message);
        state.PushNil();
        state.Push(name.IsEmpty ? text : [.. name, .. ": "u8, .. text]);
        state.Push((long)(failure.HResult & 0xFFFF));
        return 3;
    }

    /// <summary>Pushes true or nil, "exit" or "signal", and the code or the signal's number.</summary>
    internal static int PushEnd(LuaState state, ProcessEnd end)
    {
        if (end.Failure is { } failure)
        {
            return PushFailure(state, failure);
        }

        if (end is { Signal: 0, ExitCode: 0 })
        {
            state.Push(true);
        }
        else
        {
            state.PushNil();
        }

        state.Push(end.Signal == 0 ? "exit"u8 : "signal"u8);
        state.Push((long)(end.Signal == 0 ? end.ExitCode : end.Signal));
        return 3;
    }
}
