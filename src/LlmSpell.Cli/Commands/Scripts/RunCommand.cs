using System.CommandLine;
using LlmSpell.Cli.Commands.Parsing;

namespace LlmSpell.Cli.Commands.Scripts;

internal static class RunCommand
{
    public static Command Create()
    {
        Argument<string> script = Filled.Argument(new Argument<string>("SCRIPT") { Description = "A Lua file; - for standard input." });
        ScriptOptions options = new();
        HandledCommand command = new(
            "run", "Run a Lua script.", context => ScriptRunner.RunAsync(context, options, ScriptSource.File(context, context.Value(script)!)))
        {
            TakesScript = true,
            Examples = static () =>
            [
                new("llmspell run jobs.lua", "Run a script; what it saves stays in .llmspell/ for the next run."),
                new("llmspell run --timeout 30s --memory 64M jobs.lua --verbose", "Limit what it may use up; what follows the script is its own."),
                new("llmspell run --sandbox jobs.lua", "Run a script that you do not trust: no files, no processes."),
                new("cat jobs.lua | llmspell run -", "Run what comes from standard input."),
            ],
            SeeAlso = ["exec", "backup create"],
            Arguments = { script, ScriptSource.Arguments() },
        };
        options.AddTo(command);
        return command;
    }
}
