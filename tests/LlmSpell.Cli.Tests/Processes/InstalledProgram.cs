namespace LlmSpell.Cli.Tests.Processes;

/// <summary>Programs that a test can use where they are installed.</summary>
internal static class InstalledProgram
{
    public static bool IsThere(string name) => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
        .Any(folder => folder.Length > 0 && File.Exists(Path.Combine(folder, name)));
}
