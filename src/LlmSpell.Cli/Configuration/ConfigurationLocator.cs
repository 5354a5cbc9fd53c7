namespace LlmSpell.Cli.Configuration;

/// <summary>
/// Finds the one file that applies: <c>-c</c>, else <c>LLMSPELL_CONFIG</c>, else <c>llmspell.toml</c> in the working folder, else the
/// one in the user's configuration folder, else the defaults. Files are never merged. What stands in a file's place and is none is found too, for
/// whoever reads it to refuse: the defaults would drop every restriction that the file was to bring.
/// </summary>
internal static class ConfigurationLocator
{
    public const string FileName = "llmspell.toml";
    public const string Variable = "LLMSPELL_CONFIG";
    public const string ByOption = "-c";
    public const string ByVariable = Variable;

    public static ConfigurationSource Locate(ConfigurationRequest request)
    {
        if (request.NamedFile is { } named)
        {
            return Source(request, named, named, request.NamedBy);
        }

        if (request.Environment(Variable) is { Length: > 0 } variable)
        {
            return Source(request, variable, variable, ByVariable);
        }

        string beside = Path.Combine(request.WorkingFolder, FileName);
        if (Path.Exists(beside))
        {
            return Source(request, beside, FileName, "working folder");
        }

        if (UserFile(request) is { } user && Path.Exists(user))
        {
            return Source(request, user, user, "user configuration folder");
        }

        return new ConfigurationSource(null, "", "defaults", request.WorkingFolder);
    }

    /// <summary>Where the user's own file is looked for; null if the environment names no such folder.</summary>
    // XDG Base Directory Specification 0.8: a relative XDG_CONFIG_HOME is invalid and ignored.
    public static string? UserFile(ConfigurationRequest request)
    {
        if (OperatingSystem.IsWindows())
        {
            return request.Environment("APPDATA") is { Length: > 0 } roaming ? Path.Combine(roaming, "llmspell", FileName) : null;
        }

        if (request.Environment("XDG_CONFIG_HOME") is { Length: > 0 } configuration && Path.IsPathRooted(configuration))
        {
            return Path.Combine(configuration, "llmspell", FileName);
        }

        return request.Environment("HOME") is { Length: > 0 } home ? Path.Combine(home, ".config", "llmspell", FileName) : null;
    }

    private static ConfigurationSource Source(ConfigurationRequest request, string path, string displayName, string chosenBy)
    {
        string full = Path.GetFullPath(path, request.WorkingFolder);
        return new ConfigurationSource(full, displayName, chosenBy, Path.GetDirectoryName(full) ?? request.WorkingFolder);
    }
}
