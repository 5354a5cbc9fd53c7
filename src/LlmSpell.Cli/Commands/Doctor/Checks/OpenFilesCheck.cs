using LlmSpell.Cli.Output;

namespace LlmSpell.Cli.Commands.Doctor.Checks;

/// <summary>Whether a process may open as many files as a backup of many layers needs.</summary>
internal sealed class OpenFilesCheck : IDoctorCheck
{
    /// <summary>The layers of a backup, the connections to the state, the modules of a script, and as much again for the script's own files.</summary>
    public const long Enough = 256;

    public string Name => "open-files";

    public Task ExamineAsync(DoctorSubject subject, Findings findings, CancellationToken cancellationToken)
    {
        if (subject.Machine.OpenFileLimit is not { } limit)
        {
            findings.Skip("this system does not tell a limit");
            return Task.CompletedTask;
        }

        findings.Summary = $"at most {Quantities.Count(limit)} at once";
        if (limit < Enough)
        {
            findings.Warning(
                $"a process may open only {Quantities.Count(limit, "file", "files")} at once", $"Allow at least {Enough}: `ulimit -n 1024`, or LimitNOFILE= in a systemd unit.");
        }

        return Task.CompletedTask;
    }
}
