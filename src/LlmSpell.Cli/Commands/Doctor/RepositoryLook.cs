using LlmSpell.Backup;
using LlmSpell.Cli.Configuration;
using LlmSpell.Cli.Configuration.Settings;
using LlmSpell.Cli.Opening;
using LlmSpell.State;

namespace LlmSpell.Cli.Commands.Doctor;

/// <summary>The repository as it was found. Immutable.</summary>
/// <param name="Storage">Where it lies.</param>
/// <param name="Exists">Whether there is one.</param>
/// <param name="Entries">Its manifests, read or not.</param>
/// <param name="Files">Its layer files.</param>
/// <param name="Failure">Why it cannot be read.</param>
internal sealed record RepositoryLook(
    IRepositoryStorage Storage, bool Exists, IReadOnlyList<ManifestEntry> Entries, LayerFileSet Files, StateException? Failure)
{
    /// <summary>The backups whose manifests can be read, oldest first.</summary>
    public IEnumerable<BackupSummary> Backups => Entries.Select(static entry => entry.Backup).OfType<BackupSummary>();

    public static async Task<RepositoryLook> OpenAsync(BackupConfiguration configuration, TimeProvider clock)
    {
        var storage = new FolderStorage(configuration.Folder);
        try
        {
            FolderPath.Check(configuration.Folder, BackupSettings.BackupDir.FullName);
            return await ReadAsync(storage, clock);
        }
        catch (StateException failure)
        {
            return new RepositoryLook(storage, Directory.Exists(configuration.Folder), [], new LayerFileSet([]), failure);
        }
    }

    /// <exception cref="StateException">It cannot be read.</exception>
    public static async Task<RepositoryLook> ReadAsync(IRepositoryStorage storage, TimeProvider clock)
    {
        BackupRepository repository = await BackupRepository.OpenReadOnlyAsync(
            storage, clock, DoctorSubject.LockPatience, CancellationToken.None);
        IReadOnlyList<ManifestEntry> entries = await repository.ReadManifestsAsync(CancellationToken.None);
        LayerFileSet files = await LayerFileSet.ListAsync(storage, CancellationToken.None);

        // No lock is held: a backup that a cleanup has removed in between, its layers with it, is not damaged.
        HashSet<BackupId> left = [.. (await repository.ReadManifestsAsync(CancellationToken.None)).Select(static entry => entry.Id)];
        return new RepositoryLook(storage, repository.Descriptor is not null, [.. entries.Where(entry => left.Contains(entry.Id))], files, null);
    }
}
