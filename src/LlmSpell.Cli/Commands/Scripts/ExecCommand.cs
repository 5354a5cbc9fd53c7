using System.CommandLine;
using LlmSpell.Cli.Commands.Parsing;

namespace LlmSpell.Cli.Commands.Scripts;

internal static class ExecCommand
{
    public static Command Create()
    {
        Argument<string> code = new("CODE") { Description = "Lua code." };
        ScriptOptions options = new();
        HandledCommand command = new(
            "exec", "Run Lua code from the command line.", context => ScriptRunner.RunAsync(context, options, ScriptSource.Code(context.Value(code)!)))
        {
            TakesScript = true,
            Examples = static () =>
            [
                new("llmspell exec 'print(State.load(\"global\", \"greeting\"))'", "Look at a value with Lua."),
                new("llmspell exec 'State.save(\"global\", \"greeting\", ...)' hello", "Save a word from the command line."),
            ],
            SeeAlso = ["run", "state get"],
            Arguments = { code, ScriptSource.Arguments() },
        };
        options.AddTo(command);
        return command;
    }
}
