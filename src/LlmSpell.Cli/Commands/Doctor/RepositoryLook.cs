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
    FolderStorage Storage, bool Exists, IReadOnlyList<ManifestEntry> Entries, LayerFileSet Files, StateException? Failure)
{
    /// <summary>The backups whose manifests can be read, oldest first.</summary>
    public IEnumerable<BackupSummary> Backups => Entries.Select(static entry => entry.Backup).OfType<BackupSummary>();

    public static async Task<RepositoryLook> OpenAsync(BackupConfiguration configuration, TimeProvider clock)
    {
        var storage = new FolderStorage(configuration.Folder);
        try
        {
            FolderPath.Check(configuration.Folder, BackupSettings.BackupDir.FullName);
            BackupRepository repository = await BackupRepository.OpenReadOnlyAsync(
                storage, clock, DoctorSubject.LockPatience, CancellationToken.None);
            return new RepositoryLook(
                storage, repository.Descriptor is not null, await repository.ReadManifestsAsync(CancellationToken.None),
                await LayerFileSet.ListAsync(storage, CancellationToken.None), null);
        }
        catch (StateException failure)
        {
            return new RepositoryLook(storage, Directory.Exists(configuration.Folder), [], new LayerFileSet([]), failure);
        }
    }
}
