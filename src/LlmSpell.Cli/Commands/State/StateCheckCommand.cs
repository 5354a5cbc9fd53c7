using System.CommandLine;
using System.Text.Json;
using LlmSpell.Cli.Commands.Parsing;
using LlmSpell.Cli.Failures;
using LlmSpell.Cli.Output;
using LlmSpell.State;

namespace LlmSpell.Cli.Commands.State;

internal static class StateCheckCommand
{
    public static Command Create()
    {
        Option<bool> accept = Flag.Create("Take the present entries as right, after they were changed with another tool.", "--accept");
        return new HandledCommand(
            "check", "Read the whole state and check every entry, the fingerprint and the database's own structures.",
            context => RunAsync(context, context.Value(accept)))
        {
            Options = { accept },
            CanAsk = true,
            OnlyReads = context => !context.Value(accept),
            Examples = static () =>
            [
                new("llmspell state check", "Say whether all is well, or what is damaged; exit code 7 if anything is."),
                new("llmspell state check --accept", "After an edit with another tool: make hashes and fingerprint fit the entries."),
            ],
            SeeAlso = ["backup validate"],
        };
    }

    private static async Task<ICommandResult> RunAsync(CommandContext context, bool accept)
    {
        StateStore store = StateArguments.Existing(context);
        StoreCheckReport report = await CheckAsync(context, store);
        if (!accept || report.IsSound)
        {
            return new Result(store.Location, report, IsAccepted: false);
        }

        await context.ConfirmAsync(
            $"{Quantities.Count(report.Problems.Count + report.FurtherProblems, "problem", "problems")} found, the first: {SafeText.OneLine(Describe(report.Problems[0]))}; " +
            $"the entries in {store.Location} as they are now will count as right");
        await context.StepAsync("accepting the entries", interrupt => Task.Run(() => store.AcceptContent(interrupt), interrupt));
        return new Result(store.Location, await CheckAsync(context, store), IsAccepted: true);
    }

    private static Task<StoreCheckReport> CheckAsync(CommandContext context, StateStore store) => context.StepAsync(
        "checking the state", interrupt => Task.Run(() => store.Check(interrupt), interrupt).WaitAsync(interrupt));

    private static string Describe(StoreProblem problem) => problem.Key is null ? problem.Message : $"{problem.Scope}/{problem.Key}: {problem.Message}";

    private sealed record Result(string Location, StoreCheckReport Report, bool IsAccepted) : ICommandResult
    {
        public ExitCode Code => Report.IsSound ? ExitCodes.Done : ExitCodes.Storage;

        public void WriteJson(Utf8JsonWriter json)
        {
            json.WriteString("location"u8, Location);
            json.WriteBoolean("sound"u8, Report.IsSound);
            json.WriteBoolean("accepted"u8, IsAccepted);
            json.WriteNumber("entries"u8, Report.Entries);
            json.WriteString("fingerprint"u8, Report.Fingerprint.ToString());
            json.WriteString("stored_fingerprint"u8, Report.Status.Fingerprint.ToString());
            json.WriteNumber("problem_count"u8, Report.Problems.Count + Report.FurtherProblems);
            json.WriteStartArray("problems"u8);
            foreach (StoreProblem problem in Report.Problems)
            {
                json.WriteStartObject();
                json.WriteString("scope"u8, problem.Scope);
                json.WriteString("key"u8, problem.Key);
                json.WriteString("message"u8, problem.Message);
                json.WriteEndObject();
            }

            json.WriteEndArray();
        }

        public void WriteText(TextOutput text)
        {
            if (Report.IsSound)
            {
                if (IsAccepted)
                {
                    text.Line("the entries were accepted as they are; the next backup will be full");
                }

                text.Line(
                    $"{SafeText.OneLine(Location)} is sound: {Quantities.Count(Report.Entries, "entry", "entries")}, fingerprint {Report.Fingerprint}");
                return;
            }

            text.Line($"{SafeText.OneLine(Location)} is damaged");
            foreach (StoreProblem problem in Report.Problems)
            {
                text.Error(SafeText.OneLine(Describe(problem)));
            }

            if (Report.FurtherProblems > 0)
            {
                text.Error($"and {Quantities.Count(Report.FurtherProblems, "problem", "problems")} more");
            }

            text.Hint(IsAccepted
                ? "The entries were accepted, but this remains. `llmspell backup list` shows what can be restored."
                : "Nothing was changed. `llmspell backup list` shows what can be restored; after an edit with another tool, `llmspell state check --accept` takes the entries as right.");
        }
    }
}
