using System.CommandLine;
using System.Text.Json;
using LlmSpell.Backup;
using LlmSpell.Cli.Commands.Parsing;
using LlmSpell.Cli.Commands.State;
using LlmSpell.Cli.Failures;
using LlmSpell.Cli.Output;

namespace LlmSpell.Cli.Commands.Backups;

internal static class BackupCreateCommand
{
    public static Command Create()
    {
        Option<bool> incremental = Flag.Create(
            "Only what changed since the newest backup; full where that is not possible, with the reason.", "--incremental");
        Option<string?> description = new("--description") { Description = "What to say of it in the list.", HelpName = "TEXT" };
        Option<string[]> labels = Labels.ForCreate();
        return new HandledCommand(
            "create", "Take a backup of the state as it is now, prove it, and clean up by the retention rules.",
            context => RunAsync(context, context.Value(incremental), context.Value(description) ?? "", context.Value(labels) ?? []))
        {
            Options = { incremental, description, labels },
            OnlyReads = static _ => true,
            Examples = static () =>
            [
                new("llmspell backup create", "Take a full backup."),
                new("llmspell backup create --incremental --description \"before the migration\"", "Take only what changed since the last one, and say why."),
                new("llmspell backup create --label env=prod --label job=nightly", "Give it labels, by which `backup list` finds it."),
                new("0 * * * * cd /srv/agent && llmspell backup create --incremental --quiet >/dev/null", "In a crontab: every hour, heard of only when it fails."),
            ],
        };
    }

    private static async Task<ICommandResult> RunAsync(CommandContext context, bool incremental, string description, string[] labels)
    {
        if (description.Length > CreateRequest.MaxDescriptionLength)
        {
            throw new CommandException(ExitCodes.Usage, $"the description has {description.Length} characters; at most {CreateRequest.MaxDescriptionLength} are kept");
        }

        IReadOnlyDictionary<string, string> labelled = Labels.Read(labels);
        BackupService backups = context.Backups;
        if (context.Workspace.ExistingStore is null)
        {
            throw StateArguments.NoState(context.Workspace);
        }

        var request = new CreateRequest { Incremental = incremental, Description = description, Labels = labelled };
        return new Result(await context.StepAsync("making the backup", (progress, interrupt) => backups.CreateAsync(request, progress, interrupt)));
    }

    private sealed record Result(CreateResult Created) : ICommandResult
    {
        public void WriteJson(Utf8JsonWriter json)
        {
            BackupJson.WriteProperty(json, "backup", Created.Backup);
            json.WriteNumber("merged_layers"u8, Created.MergedLayers);
            json.WritePropertyName("cleanup"u8);
            if (Created.Cleanup is { } cleanup)
            {
                json.WriteStartObject();
                CleanupOutput.WriteFields(json, cleanup);
                json.WriteEndObject();
            }
            else
            {
                json.WriteNullValue();
            }

            JsonText.WriteList(json, "warnings"u8, Created.Warnings);
        }

        public void WriteText(TextOutput text)
        {
            BackupSummary backup = Created.Backup;
            text.Line(backup.Id.Value);
            string duration = Quantities.Duration(TimeSpan.FromMicroseconds(backup.Manifest.Duration));
            text.Aside(
                $"{BackupJson.KindOf(backup)} backup of {Quantities.Count(backup.Manifest.Entries, "entry", "entries")}, " +
                $"{Quantities.Size(backup.SizeBytes)}, proved, in {duration}");
            if (backup.Manifest.Reason is { } reason)
            {
                text.Aside($"full instead of incremental: {reason}");
            }

            if (Created.MergedLayers > 0)
            {
                text.Aside($"merged {Created.MergedLayers} layers into one");
            }

            if (Created.Cleanup is { DeletedCount: > 0 } cleanup)
            {
                text.Aside($"{Quantities.Count(cleanup.DeletedCount, "old backup", "old backups")} removed, {Quantities.Size(cleanup.SpaceFreed)} freed");
            }

            foreach (string warning in Created.Warnings)
            {
                text.Remark($"warning: {SafeText.OneLine(warning)}");
            }
        }
    }
}
