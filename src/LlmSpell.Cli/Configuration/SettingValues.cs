using LlmSpell.Cli.Configuration.Problems;
using LlmSpell.Cli.Configuration.Settings;
using LlmSpell.Cli.Configuration.Toml;
using LlmSpell.Lua;
using LlmSpell.State;

namespace LlmSpell.Cli.Configuration;

/// <summary>The values found in the file, over the defaults; becomes the configuration when all are read.</summary>
internal sealed class SettingValues(ConfigurationSource source, string? home)
{
    private readonly Dictionary<Setting, (object Value, TextPlace Place)> _written = [];

    public void Write(Setting setting, object value, TextPlace place) => _written[setting] = (value, place);

    /// <summary>Whether scripts may do what a setting of permissions is about.</summary>
    // The network is reached through processes only.
    public bool Allows(BooleanSetting permission) =>
        !IsSandbox && Of(permission == SecuritySettings.AllowNetworkAccess ? SecuritySettings.AllowProcessSpawn : permission);

    /// <summary>Adds what no single setting can know.</summary>
    public void CheckTogether(List<ConfigurationProblem> problems)
    {
        foreach (TextSetting setting in SettingTable.All.OfType<TextSetting>().Where(setting => setting.IsPath))
        {
            if (ValueOf(setting) is not string written)
            {
                continue;
            }

            if (home is not { Length: > 0 } && IsBelowHome(written))
            {
                problems.Add(About(
                    setting, ProblemSeverity.Error, $"{setting.Name} = {setting.ToSource(written)}: the variable HOME is not set, so there is no home folder",
                    "Set HOME, or write the path in full."));
            }

            if (NamesVariable(written))
            {
                problems.Add(About(
                    setting, ProblemSeverity.Notice,
                    $"{setting.Name} = {setting.ToSource(written)}: variables are not replaced by their values, so this is {PathOf(setting)}",
                    "Write the path in full; ~/ at its beginning is the home folder."));
            }
        }

        if (home is not { Length: > 0 } && ValueOf(LuaSettings.Path) is string patterns && Patterns(patterns).Any(IsBelowHome))
        {
            problems.Add(About(
                LuaSettings.Path, ProblemSeverity.Error, "path: the variable HOME is not set, so there is no home folder",
                "Set HOME, or write the patterns in full."));
        }

        if (PathOf(StateSettings.Path) == PathOf(BackupSettings.BackupDir))
        {
            problems.Add(About(
                BackupSettings.BackupDir, ProblemSeverity.Error,
                $"backup_dir and path are the same folder, {PathOf(StateSettings.Path)}", "Keep backups in a folder of their own."));
        }

        if (!Of(SecuritySettings.AllowNetworkAccess) && Of(SecuritySettings.AllowProcessSpawn) && !IsSandbox)
        {
            problems.Add(About(
                SecuritySettings.AllowNetworkAccess, ProblemSeverity.Error,
                "allow_network_access = false: scripts could still reach the network through the programs that they start",
                "Set allow_process_spawn = false too."));
        }

        if (HasKeepRule && BackupSettings.KeepRules.All(rule => Kept(rule) is null or 0)
            && Positive(BackupSettings.MaxBackups) is null && Positive(BackupSettings.MaxBackupAge) is null && Positive(BackupSettings.MaxTotalSize) is null)
        {
            IntegerSetting first = BackupSettings.KeepRules.First(_written.ContainsKey);
            problems.Add(About(
                first, ProblemSeverity.Error,
                $"{first.Name} = 0: with it, and no other rule, every backup would be removed",
                "Keep at least 1, set another keep_ or max_ rule, or leave the keep_ rules out."));
        }

        if (_written.ContainsKey(BackupSettings.CompressionLevel) && Compression() is not CompressionKind.Zstd)
        {
            problems.Add(About(
                BackupSettings.CompressionLevel, ProblemSeverity.Notice,
                "compression_level has no effect: backups are not compressed with zstd", "Set compression_type = \"zstd\", or remove the level."));
        }
    }

    public LlmSpellConfiguration ToConfiguration(IReadOnlyList<ConfigurationProblem> notices) => new(
        source,
        new StateConfiguration(
            Of(StateSettings.Enabled),
            Of(StateSettings.BackendType) switch { "rocksdb" => BackendKind.RocksDb, "memory" => BackendKind.Memory, _ => BackendKind.Sqlite },
            PathOf(StateSettings.Path),
            (int)Of(StateSettings.MaxStateSizeBytes),
            TimeSpan.FromMilliseconds(Of(StateSettings.BusyTimeoutMs)),
            TimeSpan.FromMilliseconds(Of(StateSettings.FlushIntervalMs)),
            Of(StateSettings.Durability) == "strict" ? StateDurability.Strict : StateDurability.Normal,
            Of(StateSettings.CacheSizeMb) << 20),
        new BackupConfiguration(
            Of(StateSettings.BackupEnabled),
            PathOf(BackupSettings.BackupDir),
            Compression(),
            (int)Of(BackupSettings.CompressionLevel),
            Of(BackupSettings.IncrementalEnabled),
            Seconds(BackupSettings.FullBackupInterval),
            (int?)Positive(BackupSettings.MaxBackups),
            Seconds(BackupSettings.MaxBackupAge),
            Positive(BackupSettings.MaxTotalSize),
            new KeepConfiguration(
                Kept(BackupSettings.KeepLast), Kept(BackupSettings.KeepHourly), Kept(BackupSettings.KeepDaily),
                Kept(BackupSettings.KeepWeekly), Kept(BackupSettings.KeepMonthly), Kept(BackupSettings.KeepYearly))),
        new LuaConfiguration(
            (LuaLibraries)Math.Max((int)Libraries(LuaSettings.StdlibLevel), (int)Libraries(LuaSettings.Stdlib)),
            IsSandbox,
            ModulePath(),
            Of(SecuritySettings.AllowFileAccess),
            Of(SecuritySettings.AllowProcessSpawn),
            new ScriptLimits(
                Smallest(SecuritySettings.MaxExecutionTimeMs, LuaSettings.TimeoutMs) is { } time ? TimeSpan.FromMilliseconds(time) : null,
                Smallest(LuaSettings.MemoryLimit, LuaSettings.MaxMemoryBytes, SecuritySettings.MaxMemoryBytes),
                Positive(LuaSettings.MaxInstructions))),
        [.. SettingTable.All.Where(setting => !setting.IsForeign || _written.ContainsKey(setting)).Select(Effective)],
        notices);

    private SettingValue Effective(Setting setting)
    {
        object? value = setting is TextSetting { IsPath: true } path ? PathOf(path)
            : setting == LuaSettings.Path ? ModulePath()
            : ValueOf(setting);
        return new SettingValue(
            setting, value, _written.TryGetValue(setting, out var written) ? $"{source.DisplayName}:{written.Place}" : null);
    }

    private CompressionKind Compression() => !Of(BackupSettings.CompressionEnabled)
        ? CompressionKind.None
        : Of(BackupSettings.CompressionType) switch
        {
            "zstd" or "gzip" => CompressionKind.Zstd,
            "lz4" => CompressionKind.Lz4,
            _ => CompressionKind.None,
        };

    private string PathOf(TextSetting setting)
    {
        string written = Of(setting);
        // The shell does not see this text, so nobody else would expand it, and a folder named "~" is never meant.
        if (home is { Length: > 0 } && IsBelowHome(written))
        {
            written = home + written[1..];
        }

        return Path.TrimEndingDirectorySeparator(Path.GetFullPath(written, source.BaseFolder));
    }

    // Each pattern is a path of its own.
    private string? ModulePath() => ValueOf(LuaSettings.Path) is not string written ? null : string.Join(
        ';', Patterns(written).Select(pattern => Path.GetFullPath(
            home is { Length: > 0 } && IsBelowHome(pattern) ? home + pattern[1..] : pattern, source.BaseFolder)));

    private static string[] Patterns(string path) =>
        path.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    private static bool NamesVariable(string path)
    {
        int sign = path.IndexOf('$', StringComparison.Ordinal);
        return sign >= 0 && sign + 1 < path.Length && (path[sign + 1] is '{' or '_' || char.IsAsciiLetter(path[sign + 1]));
    }

    private static bool IsBelowHome(string path) => path == "~" || path.StartsWith("~/", StringComparison.Ordinal);

    private T Of<T>(Setting<T> setting)
        where T : notnull => (T)ValueOf(setting)!;

    private TimeSpan? Seconds(IntegerSetting setting) => Positive(setting) is { } seconds ? TimeSpan.FromSeconds(seconds) : null;

    // Zero stands for "no limit": TOML has no null.
    private long? Positive(IntegerSetting setting) => Of(setting) is > 0 and var number ? number : null;

    private long? Smallest(params IEnumerable<IntegerSetting> limits) => limits.Min(Positive);

    private bool IsSandbox => Of(LuaSettings.SandboxMode) || Of(LuaSettings.SecurityLevel) == "Safe";

    // From the whole to the least, as the enumeration counts them.
    private LuaLibraries Libraries(ChoiceSetting level) => Of(level) switch
    {
        "basic" or "Basic" => LuaLibraries.Basic,
        "none" or "None" => LuaLibraries.None,
        _ => LuaLibraries.Full,
    };

    private int? Kept(IntegerSetting rule) => (int?)(long?)ValueOf(rule);

    private bool HasKeepRule => BackupSettings.KeepRules.Any(_written.ContainsKey);

    // Limits that nobody wrote must not add to what the keep rules say: only those who know of them expect them to.
    private object? ValueOf(Setting setting) => _written.TryGetValue(setting, out var written) ? written.Value
        : (setting == BackupSettings.MaxBackups || setting == BackupSettings.MaxBackupAge) && HasKeepRule ? 0L
        : setting.DefaultValue;

    private ConfigurationProblem About(Setting setting, ProblemSeverity severity, string message, string hint) => new(
        severity, source.DisplayName.Length == 0 ? null : source.DisplayName,
        _written.TryGetValue(setting, out var written) ? written.Place : null, setting.FullName, message, hint);
}
