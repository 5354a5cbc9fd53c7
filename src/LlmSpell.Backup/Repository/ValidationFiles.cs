using LlmSpell.State;

namespace LlmSpell.Backup;

/// <summary>
/// The validations that a repository remembers: one file for each, with a number that ascends, of which the highest counts. So a new one
/// replaces the old one at once, although no file ever changes.
/// </summary>
internal static class ValidationFiles
{
    /// <summary>Backups with the newest validation of each; one that cannot be read counts as none.</summary>
    internal static async Task<IReadOnlyList<BackupSummary>> AddToAsync(
        IRepositoryStorage storage, IReadOnlyList<BackupSummary> backups, CancellationToken cancellationToken)
    {
        Dictionary<BackupId, ValidationFile> newest = [];
        foreach (ValidationFile file in await ListAsync(storage, cancellationToken).ConfigureAwait(false))
        {
            newest[file.Backup] = file;
        }

        if (newest.Count == 0)
        {
            return backups;
        }

        BackupSummary[] added = [.. backups];
        await Parallel.ForEachAsync(
            Enumerable.Range(0, added.Length).Where(i => newest.ContainsKey(added[i].Id)),
            cancellationToken,
            async (i, stop) => added[i] = added[i] with
            {
                Validation = await TryReadAsync(storage, newest[added[i].Id], stop).ConfigureAwait(false),
            }).ConfigureAwait(false);
        return added;
    }

    /// <summary>
    /// Remembers validations, and forgets older ones of the same backups. Backups that are gone meanwhile are left out, and those of which damage is
    /// known that this look could not find. The caller holds the publish lock.
    /// </summary>
    internal static async Task PutAsync(
        IRepositoryStorage storage, IReadOnlyList<RememberedValidation> validations, CancellationToken cancellationToken)
    {
        HashSet<BackupId> there = BackupsAmong(await storage.ListAsync(RepositoryPaths.Manifests, cancellationToken).ConfigureAwait(false));
        ILookup<BackupId, ValidationFile> older =
            (await ListAsync(storage, cancellationToken).ConfigureAwait(false)).ToLookup(static file => file.Backup);
        List<string> replaced = [];
        foreach (RememberedValidation validation in validations.Where(validation => there.Contains(validation.Backup)))
        {
            if (await IsShallowerThanDamageAsync(storage, validation, older[validation.Backup].LastOrDefault(), cancellationToken).ConfigureAwait(false))
            {
                continue;
            }

            long highest = older[validation.Backup].Select(static file => file.Number).DefaultIfEmpty().Max();
            string path = RepositoryPaths.Validation(validation.Backup, highest + 1);
            await RepositoryFiles.PutAsync(storage, path, ValidationJson.Write(validation), cancellationToken).ConfigureAwait(false);
            replaced.AddRange(older[validation.Backup].Select(static file => file.Path));
        }

        await storage.DeleteAsync(replaced, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Those among a repository's files that are of backups that are gone, and those that newer ones have replaced.</summary>
    /// <param name="files">Its files; if those of the manifests' folder are not there, neither are validations.</param>
    /// <param name="gone">Backups that count as gone although their manifests are among the files.</param>
    internal static IEnumerable<RepositoryEntry> FindRubbish(IReadOnlyList<RepositoryEntry> files, IReadOnlySet<BackupId> gone)
    {
        HashSet<BackupId> there = BackupsAmong(files);
        there.ExceptWith(gone);
        IReadOnlyList<ValidationFile> validations = Among(files);
        Dictionary<BackupId, long> newest = [];
        foreach (ValidationFile file in validations)
        {
            newest[file.Backup] = file.Number;
        }

        return validations
            .Where(file => !there.Contains(file.Backup) || file.Number < newest[file.Backup])
            .Select(static file => new RepositoryEntry(file.Path, file.Length));
    }

    /// <summary>All of them, those of one backup in the order of their numbers.</summary>
    internal static async Task<IReadOnlyList<ValidationFile>> ListAsync(IRepositoryStorage storage, CancellationToken cancellationToken) =>
        Among(await storage.ListAsync(RepositoryPaths.Validations, cancellationToken).ConfigureAwait(false));

    private static ValidationFile[] Among(IReadOnlyList<RepositoryEntry> files)
    {
        List<ValidationFile> found = [];
        foreach (RepositoryEntry file in files)
        {
            if (RepositoryPaths.TryParseValidation(file.Path, out BackupId backup, out long number))
            {
                found.Add(new ValidationFile(backup, number, file.Path, file.Length));
            }
        }

        return [.. found.OrderBy(static file => file.Backup.Value, StringComparer.Ordinal).ThenBy(static file => file.Number)];
    }

    // Where no layer was read, a damage that reading has found may still be there.
    private static async Task<bool> IsShallowerThanDamageAsync(
        IRepositoryStorage storage, RememberedValidation validation, ValidationFile? newest, CancellationToken cancellationToken) =>
        validation is { IsWhole: true, Depth: ValidationDepth.Present }
        && newest is not null
        && await TryReadAsync(storage, newest, cancellationToken).ConfigureAwait(false) is { IsWhole: false, Depth: not ValidationDepth.Present };

    private static async Task<RememberedValidation?> TryReadAsync(
        IRepositoryStorage storage, ValidationFile file, CancellationToken cancellationToken)
    {
        try
        {
            byte[]? bytes = await RepositoryFiles.ReadAsync(storage, file.Path, cancellationToken).ConfigureAwait(false);
            return bytes is null ? null : ValidationJson.Read(file.Path, file.Backup, bytes);
        }
        catch (StateException)
        {
            // It is only a memory: whatever is wrong with it must not keep anybody from listing the backups.
            return null;
        }
    }

    // By the names alone: a backup whose manifest cannot be read is there all the same.
    private static HashSet<BackupId> BackupsAmong(IEnumerable<RepositoryEntry> files)
    {
        HashSet<BackupId> ids = [];
        foreach (RepositoryEntry file in files)
        {
            if (RepositoryPaths.FolderOf(file.Path) == RepositoryPaths.Manifests && RepositoryPaths.TryParseBackup(file.Path, out BackupId id))
            {
                ids.Add(id);
            }
        }

        return ids;
    }
}
