using LlmSpell.Cli.Commands.Doctor.Machine;
using LlmSpell.Cli.Failures;
using LlmSpell.State.Files;

namespace LlmSpell.Cli.Commands.Doctor.Checks;

/// <summary>Whether the kernel's locks keep a second handle out, where state and repository rely on them.</summary>
internal sealed class FileLocksCheck : IDoctorCheck
{
    public string Name => "file-locks";

    public Task ExamineAsync(DoctorSubject subject, Findings findings, CancellationToken cancellationToken)
    {
        List<string> tried = [];
        foreach ((string folder, string what) in subject.Folders.Where(static folder => Directory.Exists(folder.Folder)))
        {
            try
            {
                LockFacts locks = subject.Machine.TryLocks(folder);
                tried.Add(what);
                Examine(folder, what, locks, findings);
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                findings.NotChecked($"the locks in {folder}, the folder of the {what}: {IoReason.Of(error)}");
            }
        }

        if (tried.Count == 0)
        {
            findings.Skip("no folder in which to try them");
        }
        else
        {
            findings.Summary = $"tried in the folder of the {string.Join(" and of the ", tried)}";
        }

        return Task.CompletedTask;
    }

    private static void Examine(string folder, string what, LockFacts locks, Findings findings)
    {
        bool works = what == "state" ? locks.Range != false : locks.WholeFile;
        if (!works)
        {
            findings.Problem(
                ExitCodes.Storage, $"locks do not work in {folder}, the folder of the {what}: two processes could destroy each other's work",
                "Use a folder on a local disk, and unset DOTNET_SYSTEM_IO_DISABLEFILELOCKING if it is set.");
        }
        else if (what == "state" && locks.Range is null)
        {
            findings.NotChecked($"locks on ranges of bytes in {folder}: this system has none that can be tried with two handles");
        }
    }
}
