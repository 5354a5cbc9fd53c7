using System.CommandLine;
using LlmSpell.Backup;
using LlmSpell.Cli.Commands.Parsing;
using LlmSpell.Cli.Commands.State;
using LlmSpell.Cli.Failures;
using LlmSpell.Cli.Output;

namespace LlmSpell.Cli.Commands.Backups;

internal static class BackupCalendarCommand
{
    public static Command Create()
    {
        Option<string?> every = new("--every")
        {
            Description = "Assume that a backup is made so often, from 1h to 8784h, and a cleanup after each; without it, that none is made.",
            HelpName = "TIME",
        };
        Option<bool> trustClock = Flag.Create("Apply the rules that use time although the clock looks wrong.", "--trust-clock");
        return new HandledCommand(
            "calendar", "Show which backups the retention rules keep now, and will in a week, a month and a year.",
            context => RunAsync(context, context.Value(every), context.Value(trustClock)))
        {
            Options = { every, trustClock },
            OnlyReads = static _ => true,
            Examples = static () =>
            [
                new("llmspell backup calendar", "Show what a cleanup would keep now and then, if no backup were made meanwhile."),
                new("llmspell backup calendar --every 24h", "The same, if a backup is made every day."),
            ],
            SeeAlso = ["config show"],
        };
    }

    private static async Task<ICommandResult> RunAsync(CommandContext context, string? every, bool trustClock)
    {
        var request = new CalendarRequest { Every = every is null ? null : Interval(every), TrustClock = trustClock };
        BackupService backups = context.Backups;
        if (context.Workspace.ExistingStore is null)
        {
            throw StateArguments.NoState(context.Workspace);
        }

        return new CalendarResult(await context.StepAsync("looking ahead", interrupt => backups.CalendarAsync(request, interrupt)));
    }

    private static TimeSpan Interval(string text) =>
        Amounts.TryTime(text, out TimeSpan time) && time >= CalendarRequest.Shortest && time <= CalendarRequest.Longest
            ? time
            : throw new CommandException(ExitCodes.Usage, $"--every is '{text}'", "Write a time from 1h to 8784h, as in 24h.");
}
