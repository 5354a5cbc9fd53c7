using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using LlmSpell.Lua.Native;
using LlmSpell.Lua.Streams;
using LlmSpell.State;

namespace LlmSpell.Lua.Calls;

/// <summary>
/// What every function that Lua calls into us has in common. Such a function must not let an exception out, nor may a Lua error pass
/// through it, so it returns its failure as a value: nothing or nil first when all went well, else the message, which a wrapper in the
/// prelude raises at the caller's line.
/// </summary>
/// <remarks>
/// A function that Lua calls must not call one of <c>LuaApi.Leaf.cs</c> itself, nor by a method that is inlined into it. Behind such a call the runtime looks
/// whether a collection waits, and the compiler puts that look behind the return to Lua: the thread then goes on as one that runs managed code, and
/// the next call of Lua's ends the process (seen with .NET 10.0.12, optimized).
/// </remarks>
internal static unsafe class Callback
{
    // lua_getextraspace: the word before a lua_State is the host's, and every new coroutine inherits the main one's.
    internal static ref nint HostWord(LuaState state) => ref *(nint*)(state.Pointer - sizeof(nint));

    internal static LuaHost HostOf(LuaState state) => GCHandle<LuaHost>.FromIntPtr(HostWord(state)).Target;

    /// <summary>Runs the body of a callback, which returns how many results it pushed.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    internal static int Run(LuaState state, delegate*<LuaState, LuaHost, int> body)
    {
        LuaHost host = HostOf(state);
        host.Heap->EnterManaged();
        int results;
        try
        {
            results = body(state, host);
        }
        catch (Exception failure)
        {
            results = Fail(state, host, failure);
        }

        host.Heap->LeaveManaged(state);
        host.Limits.StopAfterCall();
        return results;
    }

    /// <summary>Sets a function as a field of the table on the top.</summary>
    internal static void Register(LuaState state, ReadOnlySpan<byte> name, delegate* unmanaged[Cdecl]<LuaState, int> function)
    {
        state.Push(name);
        LuaApi.PushClosure(state, function, 0);
        LuaApi.RawSet(state, -3);
    }

    private static int Fail(LuaState state, LuaHost host, Exception failure)
    {
        if (failure is ClosedPipeException)
        {
            try
            {
                host.OutputClosed();
            }
            catch (Exception thrown)
            {
                // The exit handler is the caller's, and its exception would end the process here.
                failure = thrown;
            }
        }

        if (failure is StateConflictException)
        {
            host.Store.Transaction.MarkConflict();
        }

        if (failure is OperationCanceledException && host.Stop.IsRequested)
        {
            failure = new LuaCallException("the call was cancelled: the script has to end");
        }

        string message = FailureText.Of(failure);
        host.LastFailure = new ReportedFailure(message, failure);
        LuaApi.SetTop(state, 0);
        state.Push(message);
        return 1;
    }
}
