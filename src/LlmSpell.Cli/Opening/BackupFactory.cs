using LlmSpell.Backup;
using LlmSpell.Cli.Configuration;

namespace LlmSpell.Cli.Opening;

internal static class BackupFactory
{
    public static BackupService Open(Workspace workspace, TimeProvider clock)
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
            FullBackupInterval = configuration.FullBackupInterval,
            BusyTimeout = workspace.Configuration.State.BusyTimeout,
            TimeProvider = clock,
            ScratchStore = () => ScratchStore.Open(clock),
        };
        return new BackupService(() => workspace.Store, new FolderStorage(configuration.Folder), options);
    }

    /// <summary>Whether the repository holds any backup; a look at the names only.</summary>
    public static bool HasBackups(BackupConfiguration configuration)
    {
        string manifests = Path.Combine(configuration.Folder, "manifests");
        return Directory.Exists(manifests) && Directory.EnumerateFiles(manifests, "*.json").Any();
    }
}
