using System.CommandLine;
using System.Text.Json;
using LlmSpell.Cli.Commands.Parsing;
using LlmSpell.Cli.Output;

namespace LlmSpell.Cli.Commands.State;

internal static class StateScopesCommand
{
    public static Command Create() => new HandledCommand(
        "scopes", "List the scopes that have keys.",
        context => Task.FromResult<ICommandResult>(Run(context)))
    {
        Examples = static () =>
        [
            new("llmspell state scopes", "List the scopes; state list shows what is in one."),
            ],
    };

    private static Result Run(CommandContext context)
    {
        StateArguments.RemarkIfNothingStays(context);
        return new Result(context.Workspace.ExistingStore?.ListScopes() ?? []);
    }

    private sealed record Result(IReadOnlyList<string> Scopes) : ICommandResult
    {
        public void WriteJson(Utf8JsonWriter json)
        {
            json.WriteStartArray("scopes"u8);
            foreach (string scope in Scopes)
            {
                json.WriteStringValue(scope);
            }

            json.WriteEndArray();
        }

        public void WriteText(TextOutput text)
        {
            foreach (string scope in Scopes)
            {
                text.Line(SafeText.OneLine(scope));
            }
        }
    }
}
