using System.CommandLine;
using System.Text.Json;
using LlmSpell.Cli.Commands.Parsing;
using LlmSpell.Cli.Output;

namespace LlmSpell.Cli.Commands.State;

internal static class StateListCommand
{
    public static Command Create()
    {
        Argument<string> scope = StateArguments.Scope();
        Option<string?> prefix = new("--prefix") { Description = "Only keys that start so.", HelpName = "TEXT" };
        return new HandledCommand(
            "list", "List the keys of a scope.", context => Task.FromResult<ICommandResult>(Run(context, context.Value(scope)!, context.Value(prefix) ?? "")))
        {
            Arguments = { scope },
            Options = { prefix },
            Examples = static () =>
            [
                new("llmspell state list global", "List the keys of a scope."),
                new("llmspell state list global --prefix gree", "Only those that start so."),
            ],
        };
    }

    private static Result Run(CommandContext context, string scope, string prefix)
    {
        StateArguments.CheckScope(scope);
        StateArguments.RemarkIfNothingStays(context);
        return new Result(scope, context.Workspace.ExistingStore?.ListKeys(scope, prefix) ?? []);
    }

    private sealed record Result(string Scope, IReadOnlyList<string> Keys) : ICommandResult
    {
        public void WriteJson(Utf8JsonWriter json)
        {
            json.WriteString("scope"u8, Scope);
            json.WriteStartArray("keys"u8);
            foreach (string key in Keys)
            {
                json.WriteStringValue(key);
            }

            json.WriteEndArray();
        }

        public void WriteText(TextOutput text)
        {
            foreach (string key in Keys)
            {
                text.Line(SafeText.OneLine(key));
            }
        }
    }
}
