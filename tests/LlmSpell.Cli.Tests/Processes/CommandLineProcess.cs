using System.Diagnostics;

namespace LlmSpell.Cli.Tests.Processes;

/// <summary>The real <c>llmspell</c> as a child process, from the build that the tests run against.</summary>
internal static class CommandLineProcess
{
    private static readonly TimeSpan LongestRun = TimeSpan.FromMinutes(1);

    public static string Program { get; } = Path.Combine(AppContext.BaseDirectory, "llmspell.dll");

    public static Process Start(string folder, params string[] arguments) => Start(folder, "dotnet", [Program, .. arguments]);

    /// <summary>Runs a line of shell in which <c>$LLMSPELL</c> is the program.</summary>
    public static Process Shell(string folder, string line) => Start(folder, "/bin/bash", ["-c", line]);

    /// <summary>Waits for the end and gives exit code and what was written.</summary>
    /// <param name="process">The process, which is disposed.</param>
    /// <param name="longestRun">After which it is killed; null: a minute.</param>
    public static async Task<(int Code, string Output, string Error)> EndAsync(this Process process, TimeSpan? longestRun = null)
    {
        using (process)
        {
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
            limit.CancelAfter(longestRun ?? LongestRun);
            try
            {
                Task<string> output = process.StandardOutput.ReadToEndAsync(limit.Token);
                Task<string> error = process.StandardError.ReadToEndAsync(limit.Token);
                await process.WaitForExitAsync(limit.Token);
                return (process.ExitCode, await output, await error);
            }
            catch (OperationCanceledException)
            {
                process.Kill(entireProcessTree: true);
                throw;
            }
        }
    }

    private static Process Start(string folder, string program, string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };

        // Killed, it would leave the pipes for debuggers in the folder for temporary files.
        start.Environment["DOTNET_EnableDiagnostics"] = "0";
        start.Environment["LLMSPELL"] = $"dotnet {Program}";
        start.Environment.Remove("LLMSPELL_CONFIG");
        start.Environment["XDG_CONFIG_HOME"] = folder;
        Process process = Process.Start(start)!;
        process.StandardInput.Close();
        return process;
    }
}
