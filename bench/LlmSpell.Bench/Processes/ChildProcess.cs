using System.Diagnostics;

namespace LlmSpell.Bench;

/// <summary>
/// Runs programs one at a time and measures each: wall time, the processor time that the kernel hands over when a child is waited
/// for, and the memory of its process and descendants, looked up every few milliseconds.
/// </summary>
internal static class ChildProcess
{
    private const int ErrorCharacters = 600;

    /// <param name="command">What to run. It must end with 0.</param>
    /// <param name="server">A process that works for it, and counts too.</param>
    internal static Cost Measure(Command command, ServerProcess? server = null) => Run(command, server).Cost;

    /// <summary>Runs it where only what it prints is of interest.</summary>
    internal static string Output(Command command) => Run(command, null).Output;

    /// <exception cref="ToolException">It did not start, did not end with 0 or took too long.</exception>
    /// <exception cref="OperationCanceledException">The user wants to stop.</exception>
    private static (Cost Cost, string Output) Run(Command command, ServerProcess? server)
    {
        Interruption.ThrowIfRequested();
        double serverBefore = server?.ProcessorSeconds ?? 0;
        TimeSpan before = ProcessorTime.OfChildren;
        long started = Stopwatch.GetTimestamp();
        using Process process = Start(command);
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        Task<string> error = process.StandardError.ReadToEndAsync();
        Task input = Task.Run(() => Feed(command, process));
        long peak = Watch(process, command, server, started);
        TimeSpan wall = Stopwatch.GetElapsedTime(started);
        Task.WaitAll(output, error, input);
        if (process.ExitCode != 0)
        {
            string said = (error.Result + output.Result).Trim();
            throw new ToolException(
                $"`{command}` ended with {process.ExitCode}: {(said.Length <= ErrorCharacters ? said : "…" + said[^ErrorCharacters..])}");
        }

        double processor = (ProcessorTime.OfChildren - before).TotalSeconds + (server?.ProcessorSeconds ?? 0) - serverBefore;
        return (new Cost(wall.TotalSeconds, processor, peak), output.Result);
    }

    private static Process Start(Command command)
    {
        try
        {
            return Process.Start(command.ToStartInfo()) ?? throw new ToolException($"`{command}` did not start.");
        }
        catch (System.ComponentModel.Win32Exception e)
        {
            throw new ToolException($"`{command}` did not start: {e.Message}.", e);
        }
    }

    private static void Feed(Command command, Process process)
    {
        try
        {
            using Stream stream = process.StandardInput.BaseStream;
            command.Input?.Invoke(stream);
        }
        catch (IOException)
        {
            // It ended before it read everything: its exit code and its error output say why.
        }
    }

    /// <returns>The most memory that was seen, in bytes.</returns>
    private static long Watch(Process process, Command command, ServerProcess? server, long started)
    {
        long peak = 0;
        while (true)
        {
            peak = Math.Max(peak, ProcessTree.PeakBytes(process.Id) + (server?.LargestBytes ?? 0));
            TimeSpan elapsed = Stopwatch.GetElapsedTime(started);
            // Looking costs time that the program may want: short-lived ones are looked at more often.
            if (process.WaitForExit(elapsed.TotalMilliseconds switch { < 20 => 1, < 200 => 5, _ => 10 }))
            {
                return peak;
            }

            if (Interruption.Token.IsCancellationRequested || elapsed > command.Limit)
            {
                process.Kill(entireProcessTree: true);
                process.WaitForExit();
                Interruption.ThrowIfRequested();
                throw new ToolException($"`{command}` was ended after {command.Limit.TotalMinutes:0} minutes.");
            }
        }
    }
}
