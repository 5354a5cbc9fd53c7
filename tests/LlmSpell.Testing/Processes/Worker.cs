using System.Diagnostics;

namespace LlmSpell.Testing.Processes;

/// <summary>Another process that uses a store; killed at the end of the test at the latest.</summary>
public sealed class Worker : IDisposable
{
    private readonly Process _process;

    /// <param name="backend">The kind of the store.</param>
    /// <param name="arguments">What to do, the state's folder, and what that needs; see the program.</param>
    public Worker(string backend, params string[] arguments)
        : this(library: null, backend, arguments)
    {
    }

    private Worker(string? library, string backend, string[] arguments)
    {
        string program = Path.Combine(AppContext.BaseDirectory, "LlmSpell.State.Worker");
        ProcessStartInfo start = new(OperatingSystem.IsWindows() ? program + ".exe" : program, [backend, .. arguments])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };

        // Killed, it would leave the pipes for debuggers in the folder for temporary files.
        start.Environment["DOTNET_EnableDiagnostics"] = "0";
        if (library is not null)
        {
            start.Environment["LD_PRELOAD"] = library;
        }

        _process = Process.Start(start)!;
    }

    /// <summary>One in which functions of a shared library of Linux come before those of the system.</summary>
    public static Worker With(string library, string backend, params string[] arguments) => new(library, backend, arguments);

    public int Id => _process.Id;

    /// <summary>What it says next; null when it has ended.</summary>
    public string? Read() => _process.StandardOutput.ReadLine();

    /// <summary>Lets it go on from where it waits.</summary>
    public void GoOn()
    {
        _process.StandardInput.WriteLine();
        _process.StandardInput.Flush();
    }

    /// <summary>Ends it as <c>kill -9</c> does.</summary>
    public void Kill()
    {
        _process.Kill();
        _process.WaitForExit();
    }

    public int WaitForExit()
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
