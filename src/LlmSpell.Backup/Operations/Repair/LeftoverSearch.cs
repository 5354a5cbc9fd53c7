namespace LlmSpell.Backup;

/// <summary>Finds the files of a repository that no backup needs.</summary>
internal static class LeftoverSearch
{
    internal static IReadOnlyList<RepositoryLeftover> Run(RepositoryFindings findings)
    {
        HashSet<string> named = [.. RepositoryPaths.LayerFiles(findings.Named)];
        bool mayNameAny = findings.Manifests.Any(static entry => entry.Manifest is null);
        HashSet<BackupId> backups = [.. findings.Manifests.Select(static entry => entry.Id)];
        Dictionary<BackupId, long> newest = [];
        foreach (RepositoryEntry file in findings.Files[RepositoryPaths.Validations])
        {
            if (RepositoryPaths.TryParseValidation(file.Path, out BackupId backup, out long number))
            {
                newest[backup] = Math.Max(number, newest.GetValueOrDefault(backup));
            }
        }

        LeftoverKind? KindOf(string path) => RepositoryPaths.IsTemporary(path) ? LeftoverKind.Unfinished : RepositoryPaths.FolderOf(path) switch
        {
            RepositoryPaths.Root => path == RepositoryPaths.Descriptor || RepositoryPaths.Locks.Contains(path) ? null : LeftoverKind.Unknown,
            RepositoryPaths.Manifests => RepositoryPaths.TryParseBackup(path, out _) ? null : LeftoverKind.Unknown,
            RepositoryPaths.Layers => named.Contains(path) ? null : !RepositoryPaths.IsLayerFile(path) ? LeftoverKind.Unknown
                : mayNameAny ? null : LeftoverKind.UnnamedLayer,
            RepositoryPaths.Pins => !RepositoryPaths.TryParseBackup(path, out BackupId id) ? LeftoverKind.Unknown
                : backups.Contains(id) ? null : LeftoverKind.LonePin,
            _ => !RepositoryPaths.TryParseValidation(path, out BackupId id, out long number) ? LeftoverKind.Unknown
                : backups.Contains(id) && number == newest[id] ? null : LeftoverKind.OldValidation,
        };

        return [.. findings.Files.SelectMany(static folder => folder)
            .Select(file => (File: file, Kind: KindOf(file.Path)))
            .Where(static item => item.Kind is not null)
            .Select(static item => new RepositoryLeftover(item.File.Path, item.File.Length, item.Kind!.Value))];
    }
}
