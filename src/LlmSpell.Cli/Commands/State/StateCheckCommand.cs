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
        Option<bool> accept = Flag.Create("Take the present content as right; not supported yet.", "--accept");
        accept.Hidden = true;
        return new HandledCommand(
            "check", "Read the whole state and check every entry, the fingerprint and the database's own structures.",
            context => RunAsync(context, context.Value(accept)))
        {
            Options = { accept },
            Examples = static () =>
            [
                new("llmspell state check", "Say whether all is well, or what is damaged; exit code 7 if anything is."),
            ],
            SeeAlso = ["backup validate"],
        };
    }

    private static async Task<ICommandResult> RunAsync(CommandContext context, bool accept)
    {
        if (accept)
        {
            throw new CommandException(
                ExitCodes.Usage, "state check --accept is not supported yet; nothing was changed", "Without --accept, what does not fit is named.");
        }

        StateStore store = StateArguments.Existing(context);
        StoreCheckReport report = await context.StepAsync(
            "checking the state", interrupt => Task.Run(() => store.Check(interrupt), interrupt).WaitAsync(interrupt));
        return new Result(store.Location, report);
    }

    private sealed record Result(string Location, StoreCheckReport Report) : ICommandResult
    {
        public ExitCode Code => Report.IsSound ? ExitCodes.Done : ExitCodes.Storage;

        public void WriteJson(Utf8JsonWriter json)
        {
            json.WriteString("location"u8, Location);
            json.WriteBoolean("sound"u8, Report.IsSound);
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
                text.Line(
                    $"{SafeText.OneLine(Location)} is sound: {Quantities.Count(Report.Entries, "entry", "entries")}, fingerprint {Report.Fingerprint}");
                return;
            }

            text.Line($"{SafeText.OneLine(Location)} is damaged");
            foreach (StoreProblem problem in Report.Problems)
            {
                string entry = problem.Key is null ? "" : $"{problem.Scope}/{problem.Key}: ";
                text.Error(SafeText.OneLine($"{entry}{problem.Message}"));
            }

            if (Report.FurtherProblems > 0)
            {
                text.Error($"and {Quantities.Count(Report.FurtherProblems, "problem", "problems")} more");
            }

            text.ErrorDetail("hint: Nothing was changed. `llmspell backup list` shows what can be restored.");
        }
    }
}
