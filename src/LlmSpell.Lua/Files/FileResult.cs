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
    internal static int PushFailure(LuaState state, IOException failure) =>
        PushFailure(state, Encoding.UTF8.GetBytes(failure.Message), failure.HResult);

    /// <summary>The same, the text with a name before it.</summary>
    /// <param name="state">The coroutine.</param>
    /// <param name="failure">What went wrong; its HResult is the number.</param>
    /// <param name="name">Such as that of a file; it may be empty, as the script gave it.</param>
    internal static int PushFailure(LuaState state, IOException failure, ReadOnlySpan<byte> name) =>
        PushFailure(state, [.. name, .. ": "u8, .. Encoding.UTF8.GetBytes(failure.Message)], failure.HResult);

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

    private static int PushFailure(LuaState state, ReadOnlySpan<byte> text, int number)
    {
        state.PushNil();
        state.Push(text);
        state.Push((long)(number & 0xFFFF));
        return 3;
    }
}
