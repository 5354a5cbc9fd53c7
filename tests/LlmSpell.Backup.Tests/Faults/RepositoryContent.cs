using LlmSpell.Testing.Repositories;

namespace LlmSpell.Backup.Tests.Faults;

/// <summary>What belongs to a backup, and what belongs to none.</summary>
internal static class RepositoryContent
{
    /// <summary>The files of a backup: its layers', and its manifest.</summary>
    internal static IEnumerable<string> PathsOf(BackupManifest manifest) =>
        RepositoryPaths.LayerFiles(manifest.Layers).Append(RepositoryPaths.Manifest(manifest.Id));

    /// <summary>Files that are neither a backup's nor about one, such as its pin, nor the repository's own.</summary>
    internal static IEnumerable<string> RubbishIn(MemoryStorage storage, IReadOnlyList<BackupSummary> backups)
    {
        HashSet<BackupId> ids = [.. backups.Select(static backup => backup.Id)];
        return storage.Files.Keys
            .Except(backups.SelectMany(static backup => PathsOf(backup.Manifest)))
            .Where(path => path != RepositoryPaths.Descriptor && !(IsAboutBackup(path, out BackupId id) && ids.Contains(id)));
    }

    private static bool IsAboutBackup(string path, out BackupId id) =>
        RepositoryPaths.TryParseBackup(path, out id) || RepositoryPaths.TryParseValidation(path, out id, out _);
}
