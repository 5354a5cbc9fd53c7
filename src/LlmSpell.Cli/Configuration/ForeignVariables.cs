using LlmSpell.Cli.Configuration.Problems;
using LlmSpell.Cli.Configuration.Settings;

namespace LlmSpell.Cli.Configuration;

/// <summary>
/// The variables by which rs-llmspell sets what here only a file sets. Whoever has one of them set must hear that it does nothing, and must not
/// go on believing in a protection that is not there.
/// </summary>
internal static class ForeignVariables
{
    private static readonly (string Name, Setting Setting)[] Known =
    [
        ("LLMSPELL_STATE_ENABLED", StateSettings.Enabled),
        ("LLMSPELL_STATE_BACKEND", StateSettings.BackendType),
        ("LLMSPELL_STATE_PATH", StateSettings.Path),
        ("LLMSPELL_STATE_MAX_SIZE_BYTES", StateSettings.MaxStateSizeBytes),
        ("LLMSPELL_STATE_BACKUP_ENABLED", StateSettings.BackupEnabled),
        ("LLMSPELL_STATE_BACKUP_DIR", BackupSettings.BackupDir),
        ("LLMSPELL_ALLOW_FILE_ACCESS", SecuritySettings.AllowFileAccess),
        ("LLMSPELL_ALLOW_NETWORK_ACCESS", SecuritySettings.AllowNetworkAccess),
        ("LLMSPELL_ALLOW_PROCESS_SPAWN", SecuritySettings.AllowProcessSpawn),
        ("LLMSPELL_MAX_MEMORY_BYTES", SecuritySettings.MaxMemoryBytes),
        ("LLMSPELL_MAX_EXECUTION_TIME_MS", SecuritySettings.MaxExecutionTimeMs),
        ("LLMSPELL_SCRIPT_TIMEOUT_SECONDS", SecuritySettings.MaxExecutionTimeMs),
    ];

    /// <param name="environment">Reads a variable.</param>
    /// <param name="allows">Whether scripts may do what a setting of permissions is about.</param>
    public static IEnumerable<ConfigurationProblem> Problems(Func<string, string?> environment, Func<BooleanSetting, bool> allows)
    {
        foreach ((string name, Setting setting) in Known)
        {
            if (environment(name) is not { Length: > 0 } text)
            {
                continue;
            }

            bool isProtection = setting.Section == SecuritySettings.Section && setting is BooleanSetting && IsNo(text);
            if (!isProtection)
            {
                yield return About(ProblemSeverity.Notice, $"the variable {name} is set, and nothing reads it", $"Set {setting.Name} in {setting.Section} of the configuration file.");
            }
            else if (allows((BooleanSetting)setting))
            {
                yield return About(
                    ProblemSeverity.Error, $"the variable {name} is {text}, and nothing reads it: scripts would be allowed all the same",
                    $"Set {setting.Name} = false in {setting.Section} of the configuration file, or unset the variable.");
            }
        }
    }

    private static bool IsNo(string text) => text.ToLowerInvariant() is "false" or "0" or "no" or "off";

    private static ConfigurationProblem About(ProblemSeverity severity, string message, string hint) => new(severity, null, null, null, message, hint);
}
