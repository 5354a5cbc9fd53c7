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
        Argument<string> id = BackupReference.Argument();
        return new HandledCommand(
            "validate", "Read a backup whole and check every byte, record, count and the fingerprint.",
            context => RunAsync(context, context.Value(id)!))
        {
            Arguments = { id },
            Examples = static () =>
            [
                new("llmspell backup validate latest", "Prove that the newest backup can be restored; exit code 5 if not."),
                new("llmspell backup validate 20260301-120000-abcdefgh --output json", "The same of a certain one, for a program to read."),
            ],
        };
    }

    private static async Task<ICommandResult> RunAsync(CommandContext context, string reference)
    {
        // An id goes straight on: a backup whose manifest is damaged is what this command is for.
        string id = reference == "latest" ? (await BackupReference.ResolveAsync(context, reference)).Id.Value : reference;
        return new Result(await context.StepAsync("reading the backup", (progress, interrupt) => context.Backups.ValidateAsync(id, progress, interrupt)));
    }

    private sealed record Result(ValidationReport Report) : ICommandResult
    {
        public ExitCode Code => Report.IsValid ? ExitCodes.Done : ExitCodes.BackupDamaged;

        public void WriteJson(Utf8JsonWriter json)
        {
            json.WriteString("id"u8, Report.Id.Value);
            json.WriteBoolean("valid"u8, Report.IsValid);
            json.WriteBoolean("checksum_valid"u8, Report.ChecksumValid);
            json.WriteBoolean("integrity_valid"u8, Report.IntegrityValid);
            json.WriteNumber("entries"u8, Report.Entries);
            json.WriteNumber("bytes_read"u8, Report.BytesRead);
            json.WriteStartArray("errors"u8);
            foreach (BackupDamagedException error in Report.Errors)
            {
                json.WriteStartObject();
                json.WriteString("file"u8, error.File);
                if (error.Block is { } block)
                {
                    json.WriteNumber("block"u8, block);
                }
                else
                {
                    json.WriteNull("block"u8);
                }

                json.WriteString("message"u8, error.Message);
                json.WriteEndObject();
            }

            json.WriteEndArray();
        }

        public void WriteText(TextOutput text)
        {
            if (Report.IsValid)
            {
                text.Line($"{Report.Id} is whole: {Quantities.Count(Report.Entries, "entry", "entries")}, {Quantities.Size(Report.BytesRead)} read");
                return;
            }

            text.Line($"{Report.Id} is damaged");
            foreach (BackupDamagedException error in Report.Errors)
            {
                text.Error(SafeText.OneLine(error.Message));
            }

            text.ErrorDetail("hint: It cannot be restored. `llmspell backup create` makes a new one; `llmspell backup list` shows the others.");
        }
    }
}
