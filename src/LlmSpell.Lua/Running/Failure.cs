using System.Text;
using LlmSpell.Lua.Calls;
using LlmSpell.Lua.Limits;
using LlmSpell.Lua.Native;

namespace LlmSpell.Lua.Running;

/// <summary>Makes an exception of what a protected call left on the stack.</summary>
internal static class Failure
{
    private const string Wrapper = "\t" + Prelude.ChunkName + ":";

    /// <param name="state">The main coroutine with the error value on the top.</param>
    /// <param name="status">What the call returned.</param>
    /// <param name="host">What one of its functions reported last is the cause, if the script let its message through.</param>
    internal static unsafe LuaScriptException Read(LuaState state, LuaStatus status, LuaHost host)
    {
        ReportedFailure? cause = host.LastFailure;
        (string message, string? traceback) = status == LuaStatus.Ok ? ("", null) : ErrorAt(state, cause);
        if (host.Stop.Reason is { } reason)
        {
            // Whatever the script made of it.
            traceback = host.Limits.Place is { } place ? WithoutWrappers(place) : traceback;
            return new LuaScriptException(reason, LimitText.Of(reason, host.Options), traceback, inner: null);
        }

        // A script can raise such an error itself, by its words.
        bool isMemory = status == LuaStatus.MemoryError && (host.Heap->LimitRefused || host.Heap->SystemRefused);
        bool isCause = cause is not null && message.EndsWith(cause.Message, StringComparison.Ordinal);
        bool isOverLimit = isCause && cause!.Cause is InsufficientMemoryException && host.Options.MemoryLimit is not null;
        if (isOverLimit || (isMemory && host.Heap->LimitRefused))
        {
            return new LuaScriptException(
                LuaFailureKind.MemoryLimit, LimitText.Of(LuaFailureKind.MemoryLimit, host.Options), traceback, inner: null);
        }

        LuaFailureKind kind = isMemory ? LuaFailureKind.OutOfMemory
            : status == LuaStatus.SyntaxError ? LuaFailureKind.Syntax
            : LuaFailureKind.Error;
        return new LuaScriptException(kind, message, traceback, isCause ? cause!.Cause : null);
    }

    /// <param name="state">The main coroutine with the error value on the top.</param>
    /// <param name="cause">Knows the calls of a coroutine that raised the error first, if it is the same.</param>
    private static (string Message, string? Traceback) ErrorAt(LuaState state, ReportedFailure? cause)
    {
        if (TakeReport(state, out string message, out string traceback))
        {
            bool isRaisedAgain = cause?.Traceback is not null && cause.Message == message;
            return (message, WithoutWrappers(isRaisedAgain ? Joined(cause!.Traceback!, traceback) : traceback));
        }

        return LuaApi.TypeOf(state, -1) == LuaType.String
            ? (state.TextAt(-1), null)
            : ($"(error object is a {state.TypeNameAt(-1)} value)", null);
    }

    /// <summary>Reads what the message handler reported, if it is about this error: it does not see all, such as a lack of memory.</summary>
    private static bool TakeReport(LuaState state, out string message, out string traceback)
    {
        message = ElementAt(state, 1);
        traceback = ElementAt(state, 2);
        LuaApi.RawGetInteger(state, Chunk.Report, 3);
        bool isSame = traceback.Length > 0 && LuaApi.RawEqual(state, -1, -2) != 0;
        state.Pop();
        for (int i = 1; i <= 3; i++)
        {
            state.Push(false);
            LuaApi.RawSetInteger(state, Chunk.Report, i);
        }

        return isSame;
    }

    private static string ElementAt(LuaState state, int index)
    {
        string text = LuaApi.RawGetInteger(state, Chunk.Report, index) == LuaType.String ? state.TextAt(-1) : "";
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
