using System.CommandLine;
using System.Text.Json;
using LlmSpell.Cli.Commands.Parsing;
using LlmSpell.Cli.Failures;
using LlmSpell.Cli.Output;
using LlmSpell.State;

namespace LlmSpell.Cli.Commands.State;

internal static class StateGetCommand
{
    public static Command Create()
    {
        Argument<string> scope = StateArguments.Scope();
        Argument<string> key = new("KEY") { Description = "The key in that scope." };
        return new HandledCommand("get", "Print one value as JSON.", context => Task.FromResult<ICommandResult>(Run(context, context.Value(scope)!, context.Value(key)!)))
        {
            Arguments = { scope, key },
            Examples = static () =>
            [
                new("llmspell state get global greeting", "Print the value of the key greeting."),
                new("llmspell state get user:1 name --output json", "With its scope and key, for a program to read."),
            ],
        };
    }

    private static Result Run(CommandContext context, string scope, string key)
    {
        StateKey name = StateArguments.Key(scope, key);
        StateStore store = context.Workspace.ExistingStore ?? throw StateArguments.NoState(context.Workspace);
        return store.Load(name) is { } value
            ? new Result(scope, key, value)
            : throw new CommandException(
                ExitCodes.NotFound, $"no key {SafeText.OneLine(key)} in scope {SafeText.OneLine(scope)}", $"`llmspell state list {SafeText.OneLine(scope)}` lists the keys.");
    }

    private sealed record Result(string Scope, string Key, StateValue Value) : ICommandResult
    {
        public void WriteJson(Utf8JsonWriter json)
        {
            json.WriteString("scope"u8, Scope);
            json.WriteString("key"u8, Key);
            json.WritePropertyName("value"u8);
            StateValueJson.Write(json, Value);
        }

        public void WriteText(TextOutput text) => text.Line(JsonText.Readable(StateValueJson.ToJson(Value)));
    }
}
