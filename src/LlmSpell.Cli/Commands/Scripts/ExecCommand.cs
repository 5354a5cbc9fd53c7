using System.CommandLine;
using LlmSpell.Cli.Commands.Parsing;

namespace LlmSpell.Cli.Commands.Scripts;

internal static class ExecCommand
{
    public static Command Create()
    {
        Argument<string> code = new("CODE") { Description = "Lua code." };
        return new HandledCommand(
            "exec", "Run Lua code from the command line.", context => ScriptRunner.RunAsync(context, ScriptSource.Code(context.Value(code)!)))
        {
            TakesScript = true,
            Arguments = { code, ScriptSource.Arguments() },
        };
    }
}
