using System.CommandLine;
using System.Text.Json;
using LlmSpell.Backup;
using LlmSpell.Cli.Commands.Backups;
using LlmSpell.Cli.Commands.Parsing;
using LlmSpell.Cli.Output;

namespace LlmSpell.Cli.Commands.Repository;

internal static class RepositoryRepairCommand
{
    public static Command Create()
    {
        Option<bool> dryRun = Flag.Create("Only say what would be done.", "--dry-run");
        return new HandledCommand(
            "repair", "Move what is damaged aside, make again what can be made again, and leave every whole backup as it is.",
            context => RunAsync(context, context.Value(dryRun)))
        {
            Options = { dryRun },
            OnlyReads = static _ => true,
            Examples = static () =>
            [
                new("llmspell repository repair --dry-run", "Say what a repair would do, and which backups would be given up."),
                new("llmspell repository repair", "Do it. Nothing is deleted: what is damaged is in the folder damaged afterwards."),
            ],
            SeeAlso = ["backup create"],
        };
    }

    private static async Task<ICommandResult> RunAsync(CommandContext context, bool dryRun)
    {
        BackupService backups = context.Repository;
        var request = new RepairRequest { DryRun = dryRun };
        RepairReport report = await context.StepAsync(
            "reading the repository", (progress, interrupt) => backups.RepairRepositoryAsync(request, progress, interrupt));
        return new Result(backups.Location, report);
    }

    private sealed record Result(string Location, RepairReport Report) : ICommandResult
    {
        public void WriteJson(Utf8JsonWriter json)
        {
            json.WriteString("location"u8, Location);
            json.WriteBoolean("dry_run"u8, Report.DryRun);
            json.WriteString("folder"u8, Report.Folder);
            json.WriteStartArray("moved"u8);
            foreach (MovedFile move in Report.Moved)
            {
                json.WriteStartObject();
                json.WriteString("file"u8, move.File);
                json.WriteString("reason"u8, move.Reason);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteStartArray("made"u8);
            foreach (MadeFile made in Report.Made)
            {
                json.WriteStartObject();
                json.WriteString("file"u8, made.File);
                json.WriteString("source"u8, made.Source);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            DamageOutput.WriteIds(json, "lost"u8, Report.Lost);
            DamageOutput.WriteIds(json, "kept"u8, Report.Kept);
            JsonText.WriteList(json, "notices"u8, Report.Notices);
        }

        public void WriteText(TextOutput text)
        {
            string would = Report.DryRun ? "would be " : "";
            foreach (MovedFile move in Report.Moved)
            {
                text.Line($"{would}moved aside: {SafeText.OneLine(move.File)}: {move.Reason}");
            }

            foreach (MadeFile made in Report.Made)
            {
                text.Line($"{would}made again: {SafeText.OneLine(made.File)}: from {made.Source}");
            }

            foreach (BackupId id in Report.Lost)
            {
                text.Line($"{would}given up: {id}");
            }

            string kept = Quantities.Count(Report.Kept.Count, "whole backup", "whole backups");
            text.Line(Report.Moved.Count + Report.Made.Count + Report.Notices.Count == 0
                ? $"{SafeText.OneLine(Location)} needs no repair: {kept}"
                : $"{kept} {(Report.DryRun ? "would stay" : "stayed")} as {(Report.Kept.Count == 1 ? "it is" : "they are")}");
            if (Report.Folder is { } folder)
            {
                text.Aside($"what was moved is in {SafeText.OneLine(Path.Combine(Location, folder))}; delete it when nothing in it is missed");
            }

            if (Report.Lost.Count > 0 && !Report.DryRun)
            {
                text.Remark("Copy the lost ones back if they are in a second place; then make a new backup: `llmspell backup create`");
            }

            foreach (string notice in Report.Notices)
            {
                text.Remark($"notice: {SafeText.OneLine(notice)}");
            }
        }
    }
}
