using System.Diagnostics;

namespace LlmSpell.State.Sqlite.Tests;

/// <summary>Another process that uses a store; killed at the end of the test at the latest.</summary>
internal sealed class Worker : IDisposable
{
    private readonly Process _process;

    internal Worker(params string[] arguments)
    {
        string program = Path.Combine(AppContext.BaseDirectory, "LlmSpell.State.Sqlite.Worker");
        _process = Process.Start(new ProcessStartInfo(OperatingSystem.IsWindows() ? program + ".exe" : program, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!;
    }

    internal int Id => _process.Id;

    /// <summary>What it says next; null when it has ended.</summary>
    internal string? Read() => _process.StandardOutput.ReadLine();

    /// <summary>Lets it go on from where it waits.</summary>
    internal void GoOn()
    {
        _process.StandardInput.WriteLine();
        _process.StandardInput.Flush();
    }

    /// <summary>Ends it as <c>kill -9</c> does.</summary>
    internal void Kill()
    {
        _process.Kill();
        _process.WaitForExit();
    }

    internal int WaitForExit()
    {
        _process.WaitForExit();
        return _process.ExitCode;
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            Kill();
        }

        _process.Dispose();
    }
}
