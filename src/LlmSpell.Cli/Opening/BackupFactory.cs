using LlmSpell.Backup;
using LlmSpell.Cli.Configuration;
using LlmSpell.State;

namespace LlmSpell.Cli.Opening;

internal static class BackupFactory
{
    public static BackupService Open(Workspace workspace, TimeProvider clock) => Open(workspace, () => workspace.Store, clock);

    /// <param name="workspace">Whose backups.</param>
    /// <param name="store">The state that they are made of and restored into, which may be another's.</param>
    /// <param name="clock">The time.</param>
    public static BackupService Open(Workspace workspace, Func<StateStore> store, TimeProvider clock)
    {
        BackupConfiguration configuration = workspace.Configuration.Backup;
        var options = new BackupOptions
        {
            Codec = configuration.Compression switch
            {
                CompressionKind.Zstd => LayerCodec.Zstd,
                CompressionKind.Lz4 => LayerCodec.Lz4,
                _ => LayerCodec.None,
            },
            CompressionLevel = configuration.CompressionLevel,
            IncrementalEnabled = configuration.IncrementalEnabled,
            MaxBackups = configuration.MaxBackups,
            MaxBackupAge = configuration.MaxBackupAge,
            MaxTotalSize = configuration.MaxTotalSize,
            KeepLast = configuration.Keep.Last,
            KeepHourly = configuration.Keep.Hourly,
            KeepDaily = configuration.Keep.Daily,
            KeepWeekly = configuration.Keep.Weekly,
            KeepMonthly = configuration.Keep.Monthly,
            KeepYearly = configuration.Keep.Yearly,
            FullBackupInterval = configuration.FullBackupInterval,
            BusyTimeout = workspace.Configuration.State.BusyTimeout,
            TimeProvider = clock,
            ScratchStore = () => ScratchStore.Open(clock),
        };
        return new BackupService(store, new FolderStorage(configuration.Folder), options);
    }

    /// <summary>Whether the repository holds any backup; a look at the names only.</summary>
    public static bool HasBackups(BackupConfiguration configuration)
    {
        string manifests = Path.Combine(configuration.Folder, "manifests");
        try
        {
            return Directory.Exists(manifests) && Directory.EnumerateFiles(manifests, "*.json").Any();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Whoever uses the backups is told; a state that can be used is not refused for them.
            return false;
        }
    }
}
