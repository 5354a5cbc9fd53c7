using System.CommandLine;
using System.Text.Json;
using LlmSpell.Backup;
using LlmSpell.Cli.Commands.Backups;
using LlmSpell.Cli.Commands.Parsing;
using LlmSpell.Cli.Failures;
using LlmSpell.Cli.Output;

namespace LlmSpell.Cli.Commands.Repository;

internal static class RepositoryCheckCommand
{
    public static Command Create() => new HandledCommand(
        "check", "Read the whole repository, and say what is damaged and what that costs.", RunAsync)
    {
        OnlyReads = static _ => true,
        Examples = static () =>
        [
            new("llmspell repository check", "Read every file of every backup, each once; exit code 5 if anything is damaged."),
        ],
        SeeAlso = ["backup validate", "doctor"],
    };

    private static async Task<ICommandResult> RunAsync(CommandContext context)
    {
        BackupService backups = context.Repository;
        return new Result(backups.Location, await context.StepAsync("reading the repository", backups.CheckRepositoryAsync));
    }

    private static string NameOf(LeftoverKind kind) => kind switch
    {
        LeftoverKind.UnnamedLayer => "unnamed_layer",
        LeftoverKind.Unfinished => "unfinished",
        LeftoverKind.OldValidation => "old_validation",
        LeftoverKind.LonePin => "lone_pin",
        _ => "unknown",
    };

    private sealed record Result(string Location, RepositoryCheckReport Report) : ICommandResult
    {
        public ExitCode Code => !Report.IsWhole ? ExitCodes.BackupDamaged : Report.Unchecked.Count > 0 ? ExitCodes.Storage : ExitCodes.Done;

        public void WriteJson(Utf8JsonWriter json)
        {
            json.WriteString("location"u8, Location);
            json.WriteBoolean("whole"u8, Report.IsWhole);
            json.WriteStartArray("backups"u8);
            foreach (ValidationReport backup in Report.Backups)
            {
                json.WriteStartObject();
                json.WriteString("id"u8, backup.Id.Value);
                json.WriteBoolean("valid"u8, backup.IsValid);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteStartArray("damage"u8);
            foreach (RepositoryDamage damage in Report.Damages)
            {
                json.WriteStartObject();
                DamageOutput.WritePlace(json, damage.File, damage.Block, damage.Message);
                DamageOutput.WriteIds(json, "affected"u8, damage.Affected);
                json.WriteBoolean("repairable"u8, damage.IsRepairable);
                json.WriteString("cost"u8, damage.Cost);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            WriteLeftovers(json);
            DamageOutput.WriteUnchecked(json, Report.Unchecked);
            json.WriteString("not_remembered"u8, Report.NotRemembered);
        }

        public void WriteText(TextOutput text)
        {
            int whole = Report.Backups.Count(static backup => backup.IsValid);
            string location = SafeText.OneLine(Location);
            text.Line(Report.IsWhole
                ? $"{location} is whole: {Quantities.Count(whole, "backup", "backups")}"
                : $"{location} is damaged: {Quantities.Count(whole)} of {Quantities.Count(Report.Backups.Count, "backup", "backups")} can be restored");
            foreach (RepositoryDamage damage in Report.Damages)
            {
                text.Error(SafeText.OneLine($"{damage.Message}: {damage.Cost}"));
                if (damage.Affected.Count > 0)
                {
                    text.ErrorDetail($"  {string.Join(", ", damage.Affected)}");
                }
            }

            DamageOutput.WriteUnchecked(text, Report.Unchecked);
            foreach (IGrouping<LeftoverKind, RepositoryLeftover> kind in Report.Leftovers.GroupBy(static leftover => leftover.Kind))
            {
                string size = Quantities.Size(kind.Sum(static leftover => leftover.Bytes));
                text.Remark($"note: {Quantities.Count(kind.Count(), "file", "files")} ({size}) {Meaning(kind.Key)}, such as {SafeText.OneLine(kind.First().File)}");
            }

            if (!Report.IsWhole)
            {
                text.Hint("`llmspell repository repair --dry-run` says what can be done; `llmspell backup create` makes a backup that needs none of the old ones.");
            }

            DamageOutput.WriteNotRemembered(text, Report.NotRemembered);
        }

        private void WriteLeftovers(Utf8JsonWriter json)
        {
            json.WriteStartArray("leftovers"u8);
            foreach (RepositoryLeftover leftover in Report.Leftovers)
            {
                json.WriteStartObject();
                json.WriteString("file"u8, leftover.File);
                json.WriteNumber("bytes"u8, leftover.Bytes);
                json.WriteString("kind"u8, NameOf(leftover.Kind));
                json.WriteEndObject();
            }

            json.WriteEndArray();
        }

        private static string Meaning(LeftoverKind kind) => kind switch
        {
            LeftoverKind.UnnamedLayer => "of layers that no backup names, which the next cleanup removes",
            LeftoverKind.Unfinished => "that are being written, or were when their writers died",
            LeftoverKind.OldValidation => "of validations that count no more, which the next cleanup removes",
            LeftoverKind.LonePin => "that pin backups which are gone",
            _ => "that no repository has; they are left alone",
        };
    }
}
