using System.Text;
using LlmSpell.Lua.Calls;
using LlmSpell.Lua.Native;

namespace LlmSpell.Lua.Running;

/// <summary>Makes an exception of what a protected call left on the stack.</summary>
internal static class Failure
{
    private const string OutOfMemory = "not enough memory";
    private const string Wrapper = "\t" + Prelude.ChunkName + ":";

    /// <param name="state">The coroutine with the error value, or what the message handler made of it, on the top.</param>
    /// <param name="status">What the call returned.</param>
    /// <param name="cause">What one of our functions reported last; it is the cause if the script let its message through.</param>
    internal static LuaScriptException Read(LuaState state, LuaStatus status, ReportedFailure? cause)
    {
        string message = "";
        string? traceback = null;
        switch (LuaApi.TypeOf(state, -1))
        {
            case LuaType.Table:
                message = ElementAt(state, 1);
                traceback = ElementAt(state, 2);
                if (cause?.Traceback is { } first && cause.Message == message)
                {
                    traceback = Joined(first, traceback);
                }

                traceback = WithoutWrappers(traceback);
                break;
            case LuaType.String:
                message = state.TextAt(-1);
                break;
            default:
                message = $"(error object is a {state.TypeNameAt(-1)} value)";
                break;
        }

        LuaFailureKind kind = status switch
        {
            LuaStatus.SyntaxError => LuaFailureKind.Syntax,
            LuaStatus.MemoryError => LuaFailureKind.OutOfMemory,
            // Lua's string buffers raise the same words as an ordinary error.
            _ when message == OutOfMemory => LuaFailureKind.OutOfMemory,
            _ => LuaFailureKind.Error,
        };
        bool isCause = cause is not null && message.EndsWith(cause.Message, StringComparison.Ordinal);
        return new LuaScriptException(kind, message, traceback, isCause ? cause!.Cause : null);
    }

    private static string ElementAt(LuaState state, int index)
    {
        string text = LuaApi.RawGetInteger(state, -1, index) == LuaType.String ? state.TextAt(-1) : "";
        state.Pop();
        return text;
    }

    /// <summary>The calls of the coroutine in which an error was raised first, then those around it where it was raised again.</summary>
    private static string Joined(string first, string again)
    {
        int end = first.Length;
        int last;
        while ((last = first.LastIndexOf('\n', end - 1)) > 0 && first.AsSpan(last + 1, end - last - 1).StartsWith(Wrapper, StringComparison.Ordinal))
        {
            end = last;
        }

        return string.Concat(first.AsSpan(0, end), again.AsSpan(Math.Max(again.IndexOf('\n', StringComparison.Ordinal), 0)));
    }

    /// <summary>
    /// Takes the prelude's lines out of a traceback: the call of error inside a wrapper, the wrapper's own line number, and the tail
    /// call that reached it, tell a script's author nothing.
    /// </summary>
    private static string WithoutWrappers(string traceback)
    {
        const string ErrorFrame = "\t[C]: in function 'error'";
        const string TailCalls = "\t(...tail calls...)";
        string[] lines = traceback.Split('\n');
        StringBuilder result = new(traceback.Length);
        for (int i = 0; i < lines.Length; i++)
        {
            bool beforeWrapper = i + 1 < lines.Length && lines[i + 1].StartsWith(Wrapper, StringComparison.Ordinal);
            bool afterWrapper = i > 0 && lines[i - 1].StartsWith(Wrapper, StringComparison.Ordinal);
            if ((lines[i] == ErrorFrame && beforeWrapper) || (lines[i] == TailCalls && afterWrapper))
            {
                continue;
            }

            string line = lines[i];
            if (line.StartsWith(Wrapper, StringComparison.Ordinal))
            {
                int place = line.IndexOf(": in ", StringComparison.Ordinal);
                line = place < 0 ? line : string.Concat("\t", Prelude.ChunkName, line.AsSpan(place));
            }

            result.Append(result.Length > 0 ? "\n" : "").Append(line);
        }

        return result.ToString();
    }
}
