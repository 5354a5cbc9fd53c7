namespace LlmSpell.Bench;

/// <summary>Where other people's programs are, and which version they have.</summary>
internal static class Programs
{
    private const string PostgresFolder = "/usr/lib/postgresql";

    /// <summary>The names that are not on the search path, as a sentence; null if all are there.</summary>
    internal static string? Missing(params ReadOnlySpan<string> names)
    {
        List<string> missing = [];
        foreach (string name in names)
        {
            if (!Peer.Exists(name))
            {
                missing.Add(name);
            }
        }

        return missing.Count == 0 ? null : $"{string.Join(" and ", missing)} not installed";
    }

    /// <summary>The folder of the newest PostgreSQL server's programs, which Debian keeps off the search path; null if there is none.</summary>
    internal static string? FindPostgres() => !Directory.Exists(PostgresFolder)
        ? null
        : Directory.GetDirectories(PostgresFolder)
            .Select(static folder => Path.Combine(folder, "bin"))
            .Where(static folder => File.Exists(Path.Combine(folder, "initdb")) && File.Exists(Path.Combine(folder, "pg_dump")))
            .OrderBy(static folder => int.TryParse(Path.GetFileName(Path.GetDirectoryName(folder)), out int major) ? major : 0)
            .LastOrDefault();

    /// <summary>The first line that it prints when asked for its version.</summary>
    internal static string Version(string program, params string[] arguments) =>
        ChildProcess.Output(new Command(program, arguments)).Split('\n')[0].Trim();
}
