using System.CommandLine;
using System.Text.Json;
using LlmSpell.Cli.Commands.Parsing;
using LlmSpell.Cli.Output;
using LlmSpell.State;

namespace LlmSpell.Cli.Commands.State;

internal static class StateDeleteCommand
{
    public static Command Create()
    {
        Argument<string> scope = StateArguments.Scope();
        Argument<string> key = StateArguments.KeyName();
        return new HandledCommand(
            "delete", "Delete one key.", context => Task.FromResult<ICommandResult>(Run(context, context.Value(scope)!, context.Value(key)!)))
        {
            Arguments = { scope, key },
            Examples = static () =>
            [
                new("llmspell state delete global greeting", "Delete a key; exit code 4 if there is none."),
            ],
            SeeAlso = ["state clear"],
        };
    }

    private static Result Run(CommandContext context, string scope, string key)
    {
        StateKey name = StateArguments.Key(scope, key);
        return StateArguments.Existing(context).Delete(name) ? new Result(scope, key) : throw StateArguments.NoKey(scope, key);
    }

    private sealed record Result(string Scope, string Key) : ICommandResult
    {
        public void WriteJson(Utf8JsonWriter json)
        {
            json.WriteString("scope"u8, Scope);
            json.WriteString("key"u8, Key);
            json.WriteBoolean("deleted"u8, true);
        }

        public void WriteText(TextOutput text) => text.Line($"deleted {SafeText.OneLine(Key)} in {SafeText.OneLine(Scope)}");
    }
}
