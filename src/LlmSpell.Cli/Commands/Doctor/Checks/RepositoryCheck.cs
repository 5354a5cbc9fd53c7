using LlmSpell.Backup;
using LlmSpell.Cli.Failures;
using LlmSpell.Cli.Output;

namespace LlmSpell.Cli.Commands.Doctor.Checks;

/// <summary>Whether the backups can be read, as far as their manifests and the sizes of their files tell.</summary>
internal sealed class RepositoryCheck : IDoctorCheck
{
    public string Name => "backups";

    public async Task ExamineAsync(DoctorSubject subject, Findings findings, CancellationToken cancellationToken)
    {
        if (!subject.KeepsBackups)
        {
            findings.Skip(subject switch
            {
                { Configuration: null } => "the configuration has errors",
                { KeepsState: false } => "the configuration keeps no state between runs",
                _ => "switched off",
            });
            return;
        }

        RepositoryLook repository = await subject.Repository;
        string location = repository.Storage.Location;
        if (repository.Failure is { } failure)
        {
            findings.Summary = location;
            findings.Problem(failure);
            return;
        }

        if (!repository.Exists)
        {
            ExamineMissing(location, findings);
            return;
        }

        int count = repository.Backups.Count();
        findings.Summary = $"{location}: format {FormatVersion.Current}, {Quantities.Count(count, "backup", "backups")}";
        ExamineManifests(repository, findings);
        await ExamineLeftoversAsync(repository.Storage, findings, cancellationToken);
        if (count > 0)
        {
            findings.NotChecked("the content of the layers", "`llmspell backup validate latest` reads every byte of the newest backup, `llmspell repository check` of all.");
        }
    }

    private static void ExamineMissing(string location, Findings findings)
    {
        findings.Summary = $"none yet; the first backup makes {location}";
        if (Directory.Exists(location) && Directory.EnumerateFileSystemEntries(location).Any())
        {
            findings.Note($"{location} holds files that are not backups", "They stay as they are. A folder of its own is clearer: set backup_dir.");
        }
    }

    private static void ExamineManifests(RepositoryLook repository, Findings findings)
    {
        foreach (ManifestEntry entry in repository.Entries)
        {
            if (entry.Problem is { } problem)
            {
                findings.Problem(
                    problem is BackupDamagedException ? ExitCodes.BackupDamaged : ExitCodes.Storage, problem.Message,
                    problem.Hint ?? $"Bring {entry.Path} back from a copy, or let `llmspell repository repair` move it aside: cleanups remove no layers while it cannot be read.");
            }
            else if (entry.Manifest!.Layers.FirstOrDefault(layer => !repository.Files.Holds(layer)) is { } layer)
            {
                findings.Problem(
                    ExitCodes.BackupDamaged,
                    $"the backup {entry.Id} cannot be restored: its layer {layer.Id} is missing, or does not have the size it was written with",
                    $"Bring layers/{layer.Id}.* back from a copy. `llmspell backup create` makes a new backup that needs none of the old ones.");
            }
        }
    }

    private static async Task ExamineLeftoversAsync(IRepositoryStorage storage, Findings findings, CancellationToken cancellationToken)
    {
        List<RepositoryEntry> temporary = [];
        foreach (string folder in RepositoryPaths.Folders)
        {
            temporary.AddRange((await storage.ListAsync(folder, cancellationToken)).Where(static file => RepositoryPaths.IsTemporary(file.Path)));
        }

        if (temporary.Count > 0)
        {
            findings.Note(
                $"{Quantities.Count(temporary.Count, "unfinished file", "unfinished files")} ({Quantities.Size(temporary.Sum(static file => file.Length))}): a backup that is being made now, or one that was interrupted",
                "The next `llmspell backup create` or `cleanup` removes what nobody writes any more.");
        }
    }
}
