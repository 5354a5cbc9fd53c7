using LlmSpell.Cli.Configuration;
using LlmSpell.Cli.Failures;
using LlmSpell.Cli.Opening;
using LlmSpell.Lua;

namespace LlmSpell.Cli.Commands.Scripts;

/// <summary>What every command that runs Lua gives it: the state and the backups of the configuration, the standard streams, os.exit.</summary>
internal static class ScriptHost
{
    /// <param name="context">The running command. A configuration with errors stops here, before the first line of a script.</param>
    /// <param name="script">What the command line says of the script's limits.</param>
    /// <param name="leave">Called by os.exit with the exit code, when the state is closed and the process is about to end.</param>
    /// <param name="unstoppable">Called, on another thread, when the script has to stop and does not; is to end the process.</param>
    /// <param name="output">Where the script writes, in place of standard output.</param>
    public static LuaHostOptions Options(
        CommandContext context, ScriptOptions script, Action<int> leave, Action<LuaFailureKind> unstoppable, Stream? output = null)
    {
        Workspace workspace = context.Workspace;
        LuaConfiguration lua = script.Over(workspace.Configuration.Lua, context);
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
            Libraries = lua.Libraries,
            Sandbox = lua.Sandbox,
            ModulePath = lua.ModulePath,
            AllowFileAccess = lua.AllowFileAccess,
            AllowProcesses = lua.AllowProcesses,
            TimeLimit = lua.Limits.Time,
            MemoryLimit = lua.Limits.MemoryBytes,
            InstructionLimit = lua.Limits.Instructions,
            Unstoppable = context.Host.IsProcess ? unstoppable : null,
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
