using System.CommandLine;
using System.Text.Json;
using LlmSpell.Backup;
using LlmSpell.Cli.Commands.Parsing;
using LlmSpell.Cli.Output;

namespace LlmSpell.Cli.Commands.Backups;

internal static class BackupUsageCommand
{
    public static Command Create() => new HandledCommand("usage", "Show how much space the backups take.", RunAsync)
    {
        OnlyReads = static _ => true,
        Examples = static () =>
        [
            new("llmspell backup usage", "How many backups there are, and how much space they take."),
        ],
    };

    private static async Task<ICommandResult> RunAsync(CommandContext context)
    {
        BackupService backups = context.Repository;
        return new Result(backups.Location, await backups.GetStorageUsageAsync(context.Interrupt));
    }

    private sealed record Result(string Location, StorageUsage Usage) : ICommandResult
    {
        public void WriteJson(Utf8JsonWriter json)
        {
            json.WriteString("location"u8, Location);
            json.WriteNumber("total_backups"u8, Usage.TotalBackups);
            json.WriteNumber("full_backups"u8, Usage.FullBackups);
            json.WriteNumber("incremental_backups"u8, Usage.IncrementalBackups);
            json.WriteNumber("total_size"u8, Usage.TotalSize);
        }

        public void WriteText(TextOutput text) => text.Line(
            $"{SafeText.OneLine(Location)}: {Quantities.Count(Usage.TotalBackups, "backup", "backups")} " +
            $"({Quantities.Count(Usage.FullBackups)} full, {Quantities.Count(Usage.IncrementalBackups)} incremental), {Quantities.Size(Usage.TotalSize)}");
    }
}
