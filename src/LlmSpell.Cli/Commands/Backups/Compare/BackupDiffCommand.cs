using System.CommandLine;
using LlmSpell.Backup;
using LlmSpell.Cli.Commands.Parsing;
using LlmSpell.Cli.Failures;
using LlmSpell.Cli.Output;

namespace LlmSpell.Cli.Commands.Backups.Compare;

internal static class BackupDiffCommand
{
    public static Command Create()
    {
        Argument<string> before = new("ID") { Description = "The earlier state: a backup's id, or latest." };
        Argument<string?> after = new("OTHER")
        {
            Description = "The later state: another backup's id, or latest. Nothing: the present state.",
            Arity = ArgumentArity.ZeroOrOne,
        };
        SelectionOptions selection = new();
        return new HandledCommand(
            "diff", "Show which entries differ between two backups, or between a backup and the present state.",
            context => RunAsync(context, context.Value(before)!, context.Value(after), selection.Read(context)))
        {
            Arguments = { before, after },
            Options = { selection.Scopes, selection.Keys },
            OnlyReads = static _ => true,
            Examples = static () =>
            [
                new("llmspell backup diff latest", "What has changed since the newest backup."),
                new("llmspell backup diff latest --scope 'agent:*' -v", "Of some scopes, with values and changed fields."),
                new("llmspell backup diff 20260301-120000-abcdefgh latest --output json", "Between two backups, for a program to read."),
            ],
            SeeAlso = ["backup restore", "state get"],
        };
    }

    private static async Task<ICommandResult> RunAsync(CommandContext context, string before, string? after, EntrySelection selection)
    {
        BackupService backups = after is null ? context.Backups : context.Repository;
        BackupSummary earlier = await BackupReference.ResolveAsync(context, before);
        BackupSummary? later = after is null ? null : await BackupReference.ResolveAsync(context, after);
        if (later is null && context.Workspace.ExistingStore is null)
        {
            throw new CommandException(
                ExitCodes.NotFound, $"there is no state in {context.Workspace.Configuration.State.Folder} to compare with",
                "Name a second backup, or restore one: `llmspell backup restore ID`.");
        }

        CancellationToken interrupt = context.Interrupt;
        bool isAgain = false;
        return new StreamedDifference<DifferenceSummary>(each => BackupReference.UseAsync(after is null ? [before] : [before, after], async () =>
        {
            if (isAgain)
            {
                earlier = await BackupReference.ResolveAsync(context, before);
                later = after is null ? null : await BackupReference.ResolveAsync(context, after);
            }

            isAgain = true;
            return await backups.CompareAsync(earlier.Id.Value, later?.Id.Value, selection, each, interrupt);
        }))
        {
            ShowsEntries = true,
            ShowsFields = context.Output.IsVerbose,
            JsonBefore = json =>
            {
                BackupJson.WriteProperty(json, "before", earlier);
                BackupJson.WriteProperty(json, "after", later);
                json.WriteString("selection"u8, selection.ToString());
            },
            JsonAfter = DifferenceJson.WriteSummary,
            TextAfter = static (text, summary) =>
            {
                if (summary.Scopes.Count > 1)
                {
                    text.Line();
                    DifferenceText.WriteSummary(text, summary);
                }
                else
                {
                    text.Line(DifferenceText.Sum(summary.Counts));
                }
            },
        };
    }
}
