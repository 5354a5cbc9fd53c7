using System.CommandLine;
using System.Text.Json;
using LlmSpell.Cli.Commands.Parsing;
using LlmSpell.Cli.Opening;
using LlmSpell.Cli.Opening.Backends;
using LlmSpell.Cli.Output;
using LlmSpell.Cli.Output.Progress;
using LlmSpell.State;

namespace LlmSpell.Cli.Commands.State;

internal static class StateStatsCommand
{
    // More are no use to people; the JSON has them all.
    private const int MaxFiles = 3;

    public static Command Create() => new HandledCommand(
        "stats", "Show the state in numbers: entries, sizes, change log, version, fingerprint.",
        context => Task.FromResult<ICommandResult>(Run(context)))
    {
        OnlyReads = static _ => true,
        Examples = static () =>
        [
            new("llmspell state stats", "How much there is, where it lies, and which moment of its history it is."),
        ],
        SeeAlso = ["backup usage"],
    };

    private static Result Run(CommandContext context)
    {
        StateStore store = StateArguments.Existing(context);
        using IStateSnapshot snapshot = store.OpenSnapshot();
        using ProgressBar progress = context.Output.StartProgress("reading the state", ProgressUnit.Entries, snapshot.Status.Entries);
        List<ScopeSummary> scopes = ScopeSummary.ReadAll(snapshot, progress, context.Interrupt);
        return new Result(
            store.BackendKind, store.Location, snapshot.Status, scopes.Count, scopes.Sum(scope => scope.Size), snapshot.LoggedChanges,
            BackendFactory.FilesOf(context.Workspace.Configuration.State));
    }

    private sealed record Result(
        string Backend, string Location, StoreStatus Status, long Scopes, long LogicalBytes, long LoggedChanges, IReadOnlyList<StoreFile> Files) : ICommandResult
    {
        public void WriteJson(Utf8JsonWriter json)
        {
            json.WriteString("backend"u8, Backend);
            json.WriteString("location"u8, Location);
            json.WriteNumber("entries"u8, Status.Entries);
            json.WriteNumber("scopes"u8, Scopes);
            json.WriteNumber("logical_bytes"u8, LogicalBytes);
            json.WriteNumber("disk_bytes"u8, Files.Sum(file => file.Bytes));
            json.WriteStartArray("files"u8);
            foreach (StoreFile file in Files)
            {
                json.WriteStartObject();
                json.WriteString("file"u8, file.Name);
                json.WriteNumber("bytes"u8, file.Bytes);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteNumber("change_log"u8, LoggedChanges);
            json.WriteString("version"u8, Status.Version.Token);
            json.WriteString("store"u8, Status.Store.Value);
            json.WriteString("lineage"u8, Status.Lineage.Value);
            json.WriteString("fingerprint"u8, Status.Fingerprint.ToString());
            json.WriteString("restored_from"u8, Status.RestoredFrom?.BackupId);
        }

        public void WriteText(TextOutput text)
        {
            text.Line($"location      {SafeText.OneLine(Location)} ({Backend})");
            text.Line($"entries       {Quantities.Count(Status.Entries)} in {Quantities.Count(Scopes, "scope", "scopes")}");
            text.Line($"keys, values  {Quantities.Size(LogicalBytes)}");
            string each = Files.Count > MaxFiles
                ? Quantities.Count(Files.Count, "file", "files") : string.Join(", ", Files.Select(file => $"{file.Name} {Quantities.Size(file.Bytes)}"));
            text.Line($"on disk       {Quantities.Size(Files.Sum(file => file.Bytes))}{(each.Length > 0 ? $" ({each})" : "")}");
            text.Line($"change log    {Quantities.Count(LoggedChanges, "change", "changes")}");
            text.Line($"version       {Status.Version}");
            text.Line($"store         {Status.Store}");
            text.Line($"lineage       {Status.Lineage}{(Status.RestoredFrom is { } restored ? $", since the restore of {restored.BackupId}" : "")}");
            text.Line($"fingerprint   {Status.Fingerprint}");
        }
    }
}
