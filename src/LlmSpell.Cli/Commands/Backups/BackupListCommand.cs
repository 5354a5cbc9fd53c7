using System.CommandLine;
using System.Text.Json;
using LlmSpell.Backup;
using LlmSpell.Cli.Commands.Parsing;
using LlmSpell.Cli.Output;

namespace LlmSpell.Cli.Commands.Backups;

internal static class BackupListCommand
{
    public static Command Create() => new HandledCommand("list", "List the backups, oldest first.", RunAsync)
    {
        Examples = static () =>
        [
            new("llmspell backup list", "List the backups, with how long ago they were made and what they take."),
            new("llmspell backup list --output json", "With all that is known of each, for a program to read."),
        ],
    };

    private static async Task<ICommandResult> RunAsync(CommandContext context)
    {
        BackupService backups = context.Backups;
        return new Result(backups.Location, await backups.ListAsync(context.Interrupt));
    }

    private sealed record Result(string Location, BackupListing Listing) : ICommandResult
    {
        public void WriteJson(Utf8JsonWriter json)
        {
            json.WriteString("location"u8, Location);
            json.WriteStartArray("backups"u8);
            foreach (BackupSummary backup in Listing.Backups)
            {
                BackupJson.Write(json, backup, withLayers: false);
            }

            json.WriteEndArray();
            json.WriteStartArray("damaged"u8);
            foreach (DamagedManifest manifest in Listing.Damaged)
            {
                json.WriteStartObject();
                json.WriteString("file"u8, manifest.Path);
                json.WriteString("message"u8, manifest.Problem.Message);
                json.WriteEndObject();
            }

            json.WriteEndArray();
        }

        public void WriteText(TextOutput text)
        {
            if (Listing.Backups.Count == 0)
            {
                text.Remark($"no backups in {SafeText.OneLine(Location)} yet");
            }
            else
            {
                WriteTable(text);
            }

            foreach (DamagedManifest manifest in Listing.Damaged)
            {
                text.Remark($"warning: {SafeText.OneLine(manifest.Problem.Message)}");
            }
        }

        private void WriteTable(TextOutput text)
        {
            var table = new TextTable("ID", "CREATED", "KIND", ">ENTRIES", ">ADDED", ">RESTORES", "VALIDATED", "~DESCRIPTION");
            foreach (BackupSummary backup in Listing.Backups)
            {
                table.Add(
                    backup.Id.Value,
                    text.Time(backup.CreatedAt),
                    backup.Manifest.IsSafety ? $"{BackupJson.KindOf(backup)}, safety" : BackupJson.KindOf(backup),
                    Quantities.Count(backup.Manifest.Entries),
                    Quantities.Size(backup.SizeBytes),
                    Quantities.Size(backup.RestoreBytes),
                    BackupJson.Text(backup.Validation, text.Time),
                    backup.Manifest.Description);
            }

            table.WriteTo(text);
        }
    }
}
