using LlmSpell.Cli.Configuration;
using LlmSpell.Cli.Failures;
using LlmSpell.Cli.Opening;
using LlmSpell.Cli.Opening.Backends;
using LlmSpell.Cli.Output;
using LlmSpell.State;

namespace LlmSpell.Cli.Commands.Doctor.Checks;

/// <summary>Whether the state opens, and whether the database finds itself sound.</summary>
internal sealed class StateCheck : IDoctorCheck
{
    public string Name => "state";

    public Task ExamineAsync(DoctorSubject subject, Findings findings, CancellationToken cancellationToken)
    {
        if (subject.Configuration is not { } configuration)
        {
            findings.Skip("the configuration has errors");
        }
        else if (!subject.KeepsState)
        {
            findings.Skip("the configuration keeps no state between runs");
        }
        else if (subject.State.Failure is { } failure)
        {
            findings.Summary = configuration.State.Folder;
            findings.Problem(failure);
        }
        else if (subject.State is { Status: { } status, Inspection: { } inspection })
        {
            Examine(configuration.State, status, inspection, findings);
        }
        else
        {
            ExamineMissing(configuration, findings);
        }

        return Task.CompletedTask;
    }

    private static void Examine(StateConfiguration configuration, StoreStatus status, StoreInspection inspection, Findings findings)
    {
        findings.Summary =
            $"{BackendFactory.StorePath(configuration)}: format {inspection.Format}, {Quantities.Count(status.Entries, "entry", "entries")}, {Quantities.Size(inspection.Bytes)}";
        if (inspection.Damage is not { } damage)
        {
            findings.NotChecked(
                $"whether the database is sound: it has more than {Quantities.Size(StoreLook.MaxBytes)}",
                "`llmspell state check` reads all of it.");
            return;
        }

        foreach (string line in damage)
        {
            findings.Problem(
                ExitCodes.Storage, $"the database is damaged: {line}",
                "Stop what uses the state, then `llmspell backup restore latest --replace-damaged` puts it aside and brings the newest backup back.");
        }
    }

    private static void ExamineMissing(LlmSpellConfiguration configuration, Findings findings)
    {
        findings.Summary = $"none yet; a script's first use of State makes it in {configuration.State.Folder}";
        if (BackendFactory.OtherStore(configuration.State) is { } other)
        {
            findings.Warning(
                $"there is no {BackendFactory.StorePath(configuration.State)}, but another backend's state in {other}",
                "Set backend_type to the other one, or copy its entries: `llmspell state copy --help`.");
        }
        else if (configuration.Backup.Enabled && BackupFactory.HasBackups(configuration.Backup))
        {
            findings.Warning(
                $"there is no state in {configuration.State.Folder}, although there are backups in {configuration.Backup.Folder}",
                "`llmspell backup restore latest` brings the newest back. If the state is elsewhere, set runtime.state_persistence.path.");
        }
    }
}
