using System.CommandLine;
using LlmSpell.Cli.Commands.Parsing;

namespace LlmSpell.Cli.Commands.Scripts;

internal static class RunCommand
{
    public static Command Create()
    {
        Argument<string> script = new("SCRIPT") { Description = "A Lua file; - for standard input." };
        ScriptOptions options = new();
        HandledCommand command = new(
            "run", "Run a Lua script.", context => ScriptRunner.RunAsync(context, options, ScriptSource.File(context, context.Value(script)!)))
        {
            TakesScript = true,
            Arguments = { script, ScriptSource.Arguments() },
        };
        options.AddTo(command);
        return command;
    }
}
