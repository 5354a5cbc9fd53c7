using System.Diagnostics;
using System.Globalization;

namespace LlmSpell.Bench;

/// <summary>A server of our own that runs until this object is disposed, and what it uses.</summary>
internal sealed class ServerProcess : IDisposable
{
    private const int SignalTerminate = 15;
    private const int SignalInterrupt = 2;

    private readonly Process _process;
    private readonly Command _command;
    private readonly string _stopSignal;
    private readonly Task<string> _error;
    private readonly Task<string> _output;

    /// <param name="command">Runs the server in the foreground.</param>
    /// <param name="interrupt">Whether SIGINT stops it cleanly, instead of SIGTERM.</param>
    internal ServerProcess(Command command, bool interrupt = false)
    {
        _command = command;
        _stopSignal = (interrupt ? SignalInterrupt : SignalTerminate).ToString(CultureInfo.InvariantCulture);
        _process = Process.Start(command.ToStartInfo()) ?? throw new ToolException($"`{command}` did not start.");
        _process.StandardInput.Close();
        _output = _process.StandardOutput.ReadToEndAsync();
        _error = _process.StandardError.ReadToEndAsync();
    }

    /// <summary>Of it and its children up to now, in seconds, to a hundredth.</summary>
    internal double ProcessorSeconds => ProcessTree.ProcessorSeconds(_process.Id);

    /// <summary>What its largest process has resident now, in bytes.</summary>
    internal long LargestBytes => ProcessTree.LargestBytes(_process.Id);

    /// <summary>Waits until the server answers.</summary>
    /// <exception cref="ToolException">It ended, or did not answer in time.</exception>
    internal void WaitUntil(Func<bool> answers, TimeSpan limit)
    {
        long started = Stopwatch.GetTimestamp();
        while (!answers())
        {
            Interruption.ThrowIfRequested();
            if (_process.WaitForExit(1))
            {
                throw new ToolException($"`{_command}` ended with {_process.ExitCode}: {_error.Result}{_output.Result}");
            }

            if (Stopwatch.GetElapsedTime(started) > limit)
            {
                throw new ToolException($"`{_command}` did not answer within {limit.TotalSeconds:0} seconds.");
            }
        }
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            using Process kill = Process.Start("kill", ["-" + _stopSignal, _process.Id.ToString(CultureInfo.InvariantCulture)]);
            kill.WaitForExit();
            if (!_process.WaitForExit(TimeSpan.FromSeconds(30)))
            {
                _process.Kill(entireProcessTree: true);
                _process.WaitForExit();
            }
        }

        _process.Dispose();
    }
}
