using LlmSpell.Cli.Commands.Doctor.Machine;
using LlmSpell.Cli.Failures;
using LlmSpell.Cli.Opening;
using LlmSpell.Cli.Output;

namespace LlmSpell.Cli.Commands.Doctor.Checks;

/// <summary>Whether the disks have room for what comes next: the state's log, a restore beside the state, a full backup.</summary>
internal sealed class SpaceCheck : IDoctorCheck
{
    /// <summary>With less than this nothing can be relied on.</summary>
    public const long MinBytes = 16L << 20;

    private const long FewFiles = 1_000;

    public string Name => "space";

    public async Task ExamineAsync(DoctorSubject subject, Findings findings, CancellationToken cancellationToken)
    {
        if (!subject.Folders.Any())
        {
            findings.Skip("no folders are used");
            return;
        }

        List<string> free = [];
        foreach ((string folder, string what) in subject.Folders)
        {
            FileSystemFacts facts = subject.Machine.FileSystemOf(DoctorSubject.NearestFolder(folder));
            free.Add($"{Quantities.Size(facts.FreeBytes)} free for the {what}");
            (long needed, string purpose) = what == "state"
                ? (StateBytes(subject), "a restore, which needs the size of the state beside it")
                : (await FullBackupBytesAsync(subject), "a full backup");
            ExamineBytes(folder, what, facts.FreeBytes, needed, purpose, findings);
            ExamineFiles(folder, what, facts.FreeFiles, findings);
        }

        findings.Summary = string.Join(", ", free);
    }

    private static void ExamineBytes(string folder, string what, long free, long needed, string purpose, Findings findings)
    {
        const string cure = "Free some space there; `llmspell backup cleanup` removes old backups, and needs none itself.";
        if (free < MinBytes)
        {
            findings.Problem(ExitCodes.Storage, $"{Quantities.Size(free)} are free for the {what} in {folder}: saves and backups are about to fail", cure);
        }
        else if (free < needed)
        {
            findings.Warning($"{Quantities.Size(free)} are free for the {what} in {folder}, less than the {Quantities.Size(needed)} of {purpose}", cure);
        }
    }

    private static void ExamineFiles(string folder, string what, long? free, Findings findings)
    {
        const string cure = "Remove files that nobody needs from that file system; `df -i` shows how many it can hold.";
        if (free == 0)
        {
            findings.Problem(ExitCodes.Storage, $"the file system of {folder}, the folder of the {what}, can hold no more files", cure);
        }
        else if (free < FewFiles)
        {
            findings.Warning($"the file system of {folder}, the folder of the {what}, can hold only {Quantities.Count(free.Value, "more file", "more files")}", cure);
        }
    }

    private static long StateBytes(DoctorSubject subject) => BackendFactory.FilesOf(subject.Configuration!.State).Sum(static file => file.Bytes);

    // What the newest full took, or, where there is none, the state as it lies there, uncompressed.
    private static async Task<long> FullBackupBytesAsync(DoctorSubject subject) =>
        (await subject.OwnBackupsAsync()).LastOrDefault(static backup => !backup.IsIncremental)?.RestoreBytes ?? StateBytes(subject);
}
