using LlmSpell.Lua.Calls;
using LlmSpell.Lua.Native;
using LlmSpell.State;

namespace LlmSpell.Lua;

/// <content>How a host ends, and how its script ends the process.</content>
public sealed unsafe partial class LuaHost
{
    /// <summary>
    /// Closes the Lua state and flushes the output; finalizers of the script run, for a second at most if time is limited or a script was
    /// stopped. From within a script it only flushes.
    /// </summary>
    /// <exception cref="StateStorageException">The output cannot be written; the host is closed all the same.</exception>
    public void Dispose()
    {
        if (_isDisposed || _isRunning)
        {
            // Once it is closed all was sent, and the caller may have closed the output since.
            if (_isRunning || _state != default)
            {
                FlushOutput();
            }

            return;
        }

        _isDisposed = true;
        Close(leavesManaged: true);
        Buffers.Dispose();
        try
        {
            Streams.Flush();
        }
        finally
        {
            Streams.Dispose();
            Stop.Dispose();
        }
    }

    /// <summary>Leaves the process through the handler. Returns only if there is a handler that returned.</summary>
    internal void Exit(int code, bool closeState)
    {
        if (Options.ExitHandler is not { } handler)
        {
            throw new LuaCallException("os.exit is not available here: the program that runs this script has set no exit handler");
        }

        Store.Transaction.RollBack("os.exit was called inside it");
        if (!closeState)
        {
            FlushOutput();
            handler(code);
            return;
        }

        try
        {
            Close();
            Streams.Flush();
            handler(code);
        }
        finally
        {
            // There is no Lua state left to return to.
            Environment.Exit(code);
        }
    }

    /// <summary>Nobody reads what the script writes: it ends as if by a signal.</summary>
    internal void OutputClosed()
    {
        Store.Transaction.RollBack("the script's output was closed");
        Options.ExitHandler?.Invoke(LuaHostOptions.OutputClosedExitCode);
    }

    /// <param name="leavesManaged">Whether no managed frame is below, so that memory can be refused to finalizers.</param>
    private void Close(bool leavesManaged = false)
    {
        if (_state != default)
        {
            Limits.End();
            Limits.BeginClosing(_state);
            if (leavesManaged)
            {
                // This may run finalizers too.
                Heap->LeaveManaged(_state);
            }

            LuaApi.Close(_state);
            Limits.End();
            _state = default;
            Store.Transaction.RollBack("the host was closed");
        }

        Files.Close();

        if (_self.IsAllocated)
        {
            _self.Dispose();
        }

        Limits.Dispose();
        _memory.Dispose();
    }
}
