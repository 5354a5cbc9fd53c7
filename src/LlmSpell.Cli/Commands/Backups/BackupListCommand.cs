using System.CommandLine;
using System.Text.Json;
using LlmSpell.Backup;
using LlmSpell.Cli.Commands.Parsing;
using LlmSpell.Cli.Output;

namespace LlmSpell.Cli.Commands.Backups;

internal static class BackupListCommand
{
    public static Command Create()
    {
        Option<string[]> labels = Labels.Filter();
        return new HandledCommand("list", "List the backups, oldest first.", context => RunAsync(context, context.Value(labels) ?? []))
        {
            Options = { labels },
            OnlyReads = static _ => true,
            Examples = static () =>
            [
                new("llmspell backup list", "List the backups, with how long ago they were made and what they take."),
                new("llmspell backup list --label env=prod", "List only those that were made with this label."),
                new("llmspell backup list --output json", "With all that is known of each, for a program to read."),
            ],
        };
    }

    private static async Task<ICommandResult> RunAsync(CommandContext context, string[] labels)
    {
        Func<BackupSummary, bool> isWanted = Labels.ReadFilter(labels);
        BackupService backups = context.Repository;
        BackupListing listing = await backups.ListAsync(context.Interrupt);
        return new Result(backups.Location, listing with { Backups = [.. listing.Backups.Where(isWanted)] }, labels.Length > 0);
    }

    private sealed record Result(string Location, BackupListing Listing, bool IsFiltered) : ICommandResult
    {
        public void WriteJson(Utf8JsonWriter json)
        {
            json.WriteString("location"u8, Location);
            json.WriteStartArray("backups"u8);
            foreach (BackupSummary backup in Listing.Backups)
            {
                BackupJson.Write(json, backup, withLayers: false, withPin: true);
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
                text.Remark(Nothing(SafeText.OneLine(Location)));
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

        private string Nothing(string location) => (Listing.Damaged.Count > 0, IsFiltered) switch
        {
            (true, true) => $"no backup in {location} that can be read has these labels",
            (true, false) => $"no backup in {location} can be read",
            (false, true) => $"no backup in {location} has these labels",
            _ => $"no backups in {location} yet",
        };

        private void WriteTable(TextOutput text)
        {
            // Most have none of these; then the room is the description's.
            bool hasValidations = Listing.Backups.Any(backup => backup.Validation is not null);
            bool hasPins = Listing.Backups.Any(backup => backup.Pin is not null);
            bool hasLabels = Listing.Backups.Any(backup => backup.Manifest.Labels.Count > 0);
            var table = new TextTable(
            [
                "ID", "CREATED", "KIND", ">ENTRIES", ">ADDED", ">RESTORES",
                .. Only(hasValidations, "VALIDATED"), .. Only(hasPins, "~PINNED"), .. Only(hasLabels, "~LABELS"), "~DESCRIPTION",
            ]);
            foreach (BackupSummary backup in Listing.Backups)
            {
                table.Add(
                [
                    backup.Id.Value,
                    text.Time(backup.CreatedAt),
                    backup.Manifest.IsSafety ? $"{BackupJson.KindOf(backup)}, safety" : BackupJson.KindOf(backup),
                    Quantities.Count(backup.Manifest.Entries),
                    Quantities.Size(backup.SizeBytes),
                    Quantities.Size(backup.RestoreBytes),
                    .. Only(hasValidations, BackupJson.Text(backup.Validation, text.Time)),
                    .. Only(hasPins, backup.Pin is { } pin ? PinText.Short(pin) : ""),
                    .. Only(hasLabels, Labels.Text(backup.Manifest.Labels)),
                    backup.Manifest.Description,
                ]);
            }

            table.WriteTo(text);
        }

        private static string[] Only(bool isThere, string text) => isThere ? [text] : [];
    }
}
