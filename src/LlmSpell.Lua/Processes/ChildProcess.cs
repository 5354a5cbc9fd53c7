using System.Globalization;
using LlmSpell.Lua.Limits;
using LlmSpell.Lua.Native;

namespace LlmSpell.Lua.Processes;

/// <summary>
/// A shell that a script started. It is waited for by its own id: what else the process has for children is left alone.
/// </summary>
internal sealed unsafe class ChildProcess
{
    private const int ShellExitAfterInterrupt = 128 + Posix.SignalInterrupt;
    private const int StackSize = 128 * 1024;

    private static readonly TimeSpan Grace = TimeSpan.FromMilliseconds(300);

    // A terminal sends Ctrl-C to the process and to us at once, and we may come to know of it later than of the process's end.
    private static readonly TimeSpan LongestSignalDelay = TimeSpan.FromMilliseconds(100);

    private readonly ScriptStop _stop;
    private readonly int _id;
    private readonly bool _hasOwnGroup;
    private ProcessEnd? _end;

    internal ChildProcess(ScriptStop stop, int id, bool hasOwnGroup)
    {
        _stop = stop;
        _id = id;
        _hasOwnGroup = hasOwnGroup;
    }

    /// <summary>Waits for the end. If the script has to end first, so has the process.</summary>
    internal ProcessEnd Wait()
    {
        if (_end is { } known)
        {
            return known;
        }

        using ManualResetEventSlim ended = new();
        Thread waiting = new(
            () =>
            {
                _end = WaitWithoutEnd(_id);
                ended.Set();
            },
            StackSize)
        {
            IsBackground = true,
            Name = "llmspell: waits for a child process",
        };
        waiting.Start();
        try
        {
            ended.Wait(_stop.Token);
            if (!_hasOwnGroup && _end is { Signal: Posix.SignalInterrupt } or { ExitCode: ShellExitAfterInterrupt })
            {
                _stop.Token.WaitHandle.WaitOne(LongestSignalDelay);
            }
        }
        catch (OperationCanceledException)
        {
            int[] processes = Processes();
            Signal(processes, Posix.SignalTerminate);
            if (!ended.Wait(Grace))
            {
                Signal(processes, Posix.SignalKill);
                ended.Wait();
            }
        }

        return _end!.Value;
    }

    private static ProcessEnd WaitWithoutEnd(int id)
    {
        int status;
        while (Posix.WaitForProcess(id, &status, 0) < 0)
        {
            IOException failure = Posix.LastError();
            if (failure.HResult != Posix.Interrupted)
            {
                return new ProcessEnd(0, 0, failure);
            }
        }

        return ProcessEnd.FromStatus(status);
    }

    private static void Signal(int[] processes, int signal)
    {
        foreach (int process in processes)
        {
            _ = Posix.Kill(process, signal);
        }
    }

    /// <summary>What to signal: the whole group, or, in a group that is ours too, the shell and what descends from it.</summary>
    private int[] Processes()
    {
        if (_hasOwnGroup)
        {
            return [-_id];
        }

        List<int> all = [_id];
        for (int i = 0; i < all.Count; i++)
        {
            all.AddRange(Children(all[i]));
        }

        return [.. all];
    }

    private static int[] Children(int process)
    {
        string path = string.Create(CultureInfo.InvariantCulture, $"/proc/{process}/task/{process}/children");
        try
        {
            return [.. File.ReadAllText(path).Split(' ', StringSplitOptions.RemoveEmptyEntries)
                .Select(id => int.Parse(id, CultureInfo.InvariantCulture))];
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // Not Linux, or the process has gone.
            return [];
        }
    }
}
