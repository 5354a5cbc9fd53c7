using System.CommandLine;
using System.Text.Json;
using LlmSpell.Cli.Commands.Parsing;
using LlmSpell.Cli.Output;
using LlmSpell.State;

namespace LlmSpell.Cli.Commands.State;

internal static class StateClearCommand
{
    public static Command Create()
    {
        Argument<string> scope = StateArguments.Scope();
        return new HandledCommand("clear", "Delete every key of a scope at once.", context => RunAsync(context, context.Value(scope)!))
        {
            Arguments = { scope },
            CanAsk = true,
            Examples = static () =>
            [
                new("llmspell state clear session:42", "Delete what a session left, after a question."),
                new("llmspell state clear session:42 --yes", "Without a question, as a script does."),
            ],
            SeeAlso = ["backup create"],
        };
    }

    private static async Task<ICommandResult> RunAsync(CommandContext context, string scope)
    {
        StateArguments.CheckScope(scope);
        StateStore store = StateArguments.Existing(context);
        long present = store.Count(scope);
        if (present == 0)
        {
            StateArguments.RemarkIfNoScope(context, store, scope);
            return new Result(scope, 0);
        }

        await context.ConfirmAsync(
            $"{Quantities.Count(present, "key", "keys")} of scope {SafeText.OneLine(scope)} will be deleted from {store.Location}");
        return new Result(scope, store.Clear(scope));
    }

    private sealed record Result(string Scope, long Deleted) : ICommandResult
    {
        public void WriteJson(Utf8JsonWriter json)
        {
            json.WriteString("scope"u8, Scope);
            json.WriteNumber("deleted"u8, Deleted);
        }

        public void WriteText(TextOutput text) =>
            text.Line($"deleted {Quantities.Count(Deleted, "key", "keys")} of scope {SafeText.OneLine(Scope)}");
    }
}
