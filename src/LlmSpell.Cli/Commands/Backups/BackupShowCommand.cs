using System.CommandLine;
using System.Text.Json;
using LlmSpell.Backup;
using LlmSpell.Cli.Commands.Parsing;
using LlmSpell.Cli.Output;

namespace LlmSpell.Cli.Commands.Backups;

internal static class BackupShowCommand
{
    public static Command Create()
    {
        Argument<string> id = BackupReference.Argument();
        return new HandledCommand("show", "Show one backup with its layers.", context => RunAsync(context, context.Value(id)!))
        {
            Arguments = { id },
            OnlyReads = static _ => true,
            Examples = static () =>
            [
                new("llmspell backup show latest", "Show the newest backup, and the layers it is made of."),
            ],
        };
    }

    private static async Task<ICommandResult> RunAsync(CommandContext context, string id) =>
        new Result(await BackupReference.ResolveAsync(context, id));

    private sealed record Result(BackupSummary Backup) : ICommandResult
    {
        public void WriteJson(Utf8JsonWriter json)
        {
            json.WritePropertyName("backup"u8);
            BackupJson.Write(json, Backup, withLayers: true, withPin: true);
        }

        public void WriteText(TextOutput text)
        {
            BackupManifest manifest = Backup.Manifest;
            Line("id", manifest.Id.Value);
            Line("created", text.FullTime(Backup.CreatedAt));
            Line("kind", BackupJson.KindOf(Backup) + (manifest.IsSafety ? ", safety backup before a restore" : ""));
            if (manifest.Parent is { } parent)
            {
                Line("parent", parent.Value);
            }

            if (manifest.Reason is { } reason)
            {
                Line("full because", reason);
            }

            if (manifest.Description.Length > 0)
            {
                Line("description", manifest.Description);
            }

            foreach ((string label, string value) in manifest.Labels)
            {
                Line("label", $"{label}={value}");
            }

            if (Backup.Pin is { } pin)
            {
                Line("pinned", PinText.Long(pin, text));
            }

            Line("entries", Quantities.Count(manifest.Entries));
            Line("added", Quantities.Size(Backup.SizeBytes));
            Line("restores", Quantities.Size(Backup.RestoreBytes));
            Line("took", Quantities.Duration(TimeSpan.FromMicroseconds(manifest.Duration)));
            Line("fingerprint", manifest.Fingerprint.ToString());
            Line("state", manifest.Store.ToString());
            Line("made by", manifest.Tool);
            Line("validated", Backup.Validation is { } validation
                ? $"{text.FullTime(validation.Moment)}, {DepthNames.Of(validation.Depth)}: {BackupJson.Outcome(validation)}"
                : "not that the repository remembers");
            text.Line();
            var table = new TextTable("LAYER", "WRITTEN BY", "CODEC", ">RECORDS", ">DELETIONS", ">SIZE", ">UNPACKED");
            foreach (ManifestLayer layer in manifest.Layers)
            {
                table.Add(
                    layer.Id.Value, layer.CreatedBy.Value, CodecNames.Of(layer.Codec), Quantities.Count(layer.Records),
                    Quantities.Count(layer.Tombstones), Quantities.Size(layer.DataBytes), Quantities.Size(layer.RawBytes));
            }

            table.WriteTo(text);

            void Line(string name, string value) => text.Line($"{name + ":",-14}{SafeText.OneLine(value)}");
        }
    }
}
