using System.Diagnostics;

namespace LlmSpell.Testing.Processes;

/// <summary>Programs of the machine that tests use where they are there, such as <c>mount</c>.</summary>
internal static class SystemTool
{
    /// <summary>Runs it to its end.</summary>
    /// <returns>Its exit code; -1 if there is no such program.</returns>
    internal static int Run(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardError = true };
        try
        {
            using Process process = Process.Start(start)!;
            process.StandardError.ReadToEnd();
            process.WaitForExit();
            return process.ExitCode;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return -1;
        }
    }
}
