using LlmSpell.Cli.Failures;
using LlmSpell.Cli.Opening;
using LlmSpell.Lua;

namespace LlmSpell.Cli.Commands.Scripts;

/// <summary>What every command that runs Lua gives it: the state and the backups of the configuration, the standard streams, os.exit.</summary>
internal static class ScriptHost
{
    /// <param name="context">The running command. A configuration with errors stops here, before the first line of a script.</param>
    /// <param name="leave">Called by os.exit with the exit code, when the state is closed and the process is about to end.</param>
    /// <param name="output">Where the script writes, in place of standard output.</param>
    public static LuaHostOptions Options(CommandContext context, Action<int> leave, Stream? output = null)
    {
        Workspace workspace = context.Workspace;
        CommandException? off = workspace.BackupsUnavailable;
        return new LuaHostOptions
        {
            Store = () => workspace.Store,
            Backups = off is null ? workspace.Backups : null,
            BackupsOffReason = off is null ? "" : $"{off.Message}. {off.Hint}",
            Output = output ?? OutputOf(context),
            Error = context.Host.IsProcess ? null : context.Host.Error,
            Input = context.Host.IsProcess ? null : context.Host.OpenInput(),
            ExitHandler = context.Host.IsProcess ? code => ExitProcess(context, leave, code) : null,
        };
    }

    // With JSON, standard output carries only the document; the script's own output goes to standard error.
    private static Stream? OutputOf(CommandContext context) =>
        context.IsJson ? context.Host.Error : context.Host.IsProcess ? null : context.Host.Output;

    private static void ExitProcess(CommandContext context, Action<int> leave, int code)
    {
        try
        {
            context.Workspace.Dispose();
            leave(code);
        }
        catch (Exception error)
        {
            var failure = Failure.From(error);
            context.Output.Write(failure);
            code = failure.Code.Number;
        }

        Environment.Exit(code);
    }
}
