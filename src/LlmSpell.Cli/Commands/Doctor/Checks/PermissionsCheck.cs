using LlmSpell.Cli.Commands.Doctor.Machine;
using LlmSpell.Cli.Configuration;
using LlmSpell.Cli.Failures;
using LlmSpell.Cli.Opening;
using LlmSpell.Cli.Output;

namespace LlmSpell.Cli.Commands.Doctor.Checks;

/// <summary>Whether this user may write where it has to, and who else may.</summary>
internal sealed class PermissionsCheck : IDoctorCheck
{
    public string Name => "permissions";

    public Task ExamineAsync(DoctorSubject subject, Findings findings, CancellationToken cancellationToken)
    {
        if (!subject.Folders.Any())
        {
            findings.Skip("no folders are used");
            return Task.CompletedTask;
        }

        if (subject.Machine.User is not { } user)
        {
            findings.Skip("this system has other permissions than Unix");
            return Task.CompletedTask;
        }

        findings.Summary = user == 0 ? "this user is root" : $"this user has the number {user}";
        foreach ((string folder, string what) in subject.Folders)
        {
            ExamineFolder(subject.Machine, folder, what, user, findings);
        }

        if (subject.KeepsState)
        {
            ExamineStateFiles(subject.Machine, subject.Configuration!.State, findings);
        }

        return Task.CompletedTask;
    }

    private static void ExamineFolder(IMachine machine, string folder, string what, uint user, Findings findings)
    {
        string nearest = DoctorSubject.NearestFolder(folder);
        if (machine.FileOf(nearest) is not { } facts)
        {
            return;
        }

        bool isThere = nearest == folder;
        if (!facts.IsWritable)
        {
            findings.Problem(
                ExitCodes.Storage,
                isThere ? $"{folder}, the folder of the {what}, cannot be written by this user"
                    : $"{folder}, the folder of the {what}, cannot be made: {nearest} cannot be written by this user",
                "Run llmspell as the user that owns it, give this user the right to write there, or set another folder.");
        }

        if (!isThere)
        {
            return;
        }

        if (facts.Owner != user)
        {
            findings.Warning(
                $"{folder}, the folder of the {what}, belongs to user {facts.Owner}, and this is user {user}",
                "Files that one of them makes may be closed to the other: use one user for all that use this state.");
        }

        if (facts.Mode.HasFlag(UnixFileMode.OtherWrite) && !facts.Mode.HasFlag(UnixFileMode.StickyBit))
        {
            findings.Warning($"{folder}, the folder of the {what}, can be written by every user of this machine", $"chmod o-w {ShellWord.Of(folder)}");
        }
        else if (facts.Mode.HasFlag(UnixFileMode.OtherRead) || facts.Mode.HasFlag(UnixFileMode.OtherExecute))
        {
            findings.Note($"{folder}, the folder of the {what}, can be read by every user of this machine", $"chmod 700 {ShellWord.Of(folder)}, unless that is meant");
        }
    }

    private static void ExamineStateFiles(IMachine machine, StateConfiguration configuration, Findings findings)
    {
        foreach (string file in BackendFactory.WrittenFilesOf(configuration))
        {
            if (machine.FileOf(file) is { IsWritable: false } facts)
            {
                findings.Problem(
                    ExitCodes.Storage, $"{file} cannot be written by this user; it belongs to user {facts.Owner}",
                    "Give all files of the state the same owner and rights.");
            }
        }
    }
}
