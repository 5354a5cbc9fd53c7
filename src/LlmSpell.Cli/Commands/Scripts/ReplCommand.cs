using System.CommandLine;
using LlmSpell.Cli.Commands.Parsing;
using LlmSpell.Cli.Failures;
using LlmSpell.Cli.Output;
using LlmSpell.Cli.Repl;

namespace LlmSpell.Cli.Commands.Scripts;

internal static class ReplCommand
{
    public static Command Create()
    {
        ScriptOptions options = new();
        HandledCommand command = new(
            "repl", "Type Lua and see what comes of it, with the state at hand.",
            context => Task.FromResult<ICommandResult>(Run(context, options)))
        {
            Examples = static () =>
            [
                new("llmspell repl", "Type Lua; State is there, Tab completes, Ctrl-D leaves."),
                new("echo 'print(State.load(\"global\", \"greeting\"))' | llmspell repl", "Evaluate the lines that come from a pipe."),
            ],
            SeeAlso = ["exec", "run"],
        };
        options.AddTo(command);
        return command;
    }

    private static Result Run(CommandContext context, ScriptOptions options)
    {
        if (context.IsJson)
        {
            throw new CommandException(
                ExitCodes.Usage, "repl has no JSON output", "`llmspell --output json exec CODE` runs one piece of code.");
        }

        return new Result(ReplRunner.Run(context, options) ? ExitCodes.ScriptFailed : ExitCodes.Done);
    }

    /// <summary>Everything was written already.</summary>
    private sealed record Result(ExitCode Code) : ICommandResult
    {
        public void WriteJson(System.Text.Json.Utf8JsonWriter json)
        {
        }

        public void WriteText(TextOutput text)
        {
        }
    }
}
