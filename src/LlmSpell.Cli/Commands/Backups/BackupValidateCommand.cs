using System.CommandLine;
using System.Text.Json;
using LlmSpell.Backup;
using LlmSpell.Cli.Commands.Parsing;
using LlmSpell.Cli.Failures;
using LlmSpell.Cli.Output;

namespace LlmSpell.Cli.Commands.Backups;

internal static class BackupValidateCommand
{
    public static Command Create()
    {
        Argument<string[]> ids = BackupReference.Several("Several share the reading of common layers.");
        Option<bool> all = Flag.Create("All backups of the repository, those of other states included.", "--all");
        Option<ValidationDepth> depth = Choice.Option(
            "How far to look: every byte and record (readable), only that all files are there (present), or by restoring into a scratch state (restored).",
            "--depth", Named(ValidationDepth.Readable), Named(ValidationDepth.Present), Named(ValidationDepth.Restored));
        return new HandledCommand(
            "validate", "Read backups whole and check every byte, record, count and the fingerprint.",
            context => RunAsync(context, context.Value(ids) ?? [], context.Value(all), context.Value(depth)))
        {
            Arguments = { ids },
            Options = { all, depth },
            OnlyReads = static _ => true,
            Examples = static () =>
            [
                new("llmspell backup validate latest", "Prove that the newest backup can be restored; exit code 5 if not."),
                new("llmspell backup validate 20260301-120000-abcdefgh latest --output json", "The same of certain ones, for a program to read."),
                new("llmspell backup validate --all --depth present", "Look whether all files of all backups are there; takes no time."),
                new("llmspell backup validate latest --depth restored", "Restore it into a scratch state, and compare entry by entry."),
            ],
            SeeAlso = ["repository check"],
        };
    }

    private static (string, ValidationDepth) Named(ValidationDepth depth) => (DepthNames.Of(depth), depth);

    private static Task<ICommandResult> RunAsync(CommandContext context, string[] references, bool all, ValidationDepth depth) =>
        BackupReference.UseAsync(references, () => ValidateAsync(context, references, all, depth));

    private static async Task<ICommandResult> ValidateAsync(CommandContext context, string[] references, bool all, ValidationDepth depth)
    {
        // An id goes straight on: a backup whose manifest is damaged is what this command is for.
        var request = new ValidationRequest { Ids = await BackupReference.ResolveManyAsync(context, references, all), Depth = depth };
        BackupService backups = context.Repository;
        ValidationResult result = await context.StepAsync(
            "reading the backup", (progress, interrupt) => backups.ValidateManyAsync(request, progress, interrupt));
        return new Result(backups.Location, result);
    }

    private sealed record Result(string Location, ValidationResult Found) : ICommandResult
    {
        public ExitCode Code => !Found.IsValid ? ExitCodes.BackupDamaged : Found.Unchecked.Count > 0 ? ExitCodes.Storage : ExitCodes.Done;

        public void WriteJson(Utf8JsonWriter json)
        {
            json.WriteBoolean("valid"u8, Found.IsValid);
            json.WriteString("depth"u8, DepthNames.Of(Found.Depth));
            json.WriteStartArray("backups"u8);
            foreach (ValidationReport report in Found.Backups)
            {
                json.WriteStartObject();
                json.WriteString("id"u8, report.Id.Value);
                json.WriteBoolean("valid"u8, report.IsValid);
                json.WriteBoolean("checksum_valid"u8, report.ChecksumValid);
                json.WriteBoolean("integrity_valid"u8, report.IntegrityValid);
                json.WriteNumber("entries"u8, report.Entries);
                json.WriteNumber("bytes_read"u8, report.BytesRead);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteStartArray("errors"u8);
            foreach (BackupDamage damage in Found.Damages)
            {
                json.WriteStartObject();
                DamageOutput.WritePlace(json, damage.File, damage.Block, damage.Message);
                DamageOutput.WriteIds(json, "lost"u8, damage.Lost);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            DamageOutput.WriteUnchecked(json, Found.Unchecked);
            json.WriteString("not_remembered"u8, Found.NotRemembered);
        }

        public void WriteText(TextOutput text)
        {
            if (Found.Backups.Count == 0 && Found.Damages.Count == 0 && Found.Unchecked.Count == 0)
            {
                text.Remark($"no backups in {SafeText.OneLine(Location)} yet");
            }

            foreach (ValidationReport report in Found.Backups)
            {
                text.Line(report.IsValid ? Whole(report) : $"{report.Id} is damaged");
            }

            foreach (BackupDamage damage in Found.Damages)
            {
                text.Error(SafeText.OneLine(damage.Message));
                if (damage.Lost.Count > 1)
                {
                    text.ErrorDetail($"  lost by it: {string.Join(", ", damage.Lost)}");
                }
            }

            DamageOutput.WriteUnchecked(text, Found.Unchecked);
            if (Found.Damages.Count > 0)
            {
                text.Hint(
                    "What is damaged cannot be restored. `llmspell backup create` makes a new backup; `llmspell repository repair --dry-run` says what can be saved.");
            }

            DamageOutput.WriteNotRemembered(text, Found.NotRemembered);
        }

        private static string Whole(ValidationReport report) => report.Depth switch
        {
            ValidationDepth.Present => $"{report.Id} is there: all files in their sizes, none was read",
            ValidationDepth.Restored => $"{report.Id} is whole: {Counts(report)}, restored into a scratch state and compared",
            _ => $"{report.Id} is whole: {Counts(report)}",
        };

        private static string Counts(ValidationReport report) =>
            $"{Quantities.Count(report.Entries, "entry", "entries")}, {Quantities.Size(report.BytesRead)} read";
    }
}
