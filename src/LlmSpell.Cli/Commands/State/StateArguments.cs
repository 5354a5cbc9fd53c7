using System.CommandLine;
using LlmSpell.Cli.Failures;
using LlmSpell.Cli.Opening;
using LlmSpell.State;

namespace LlmSpell.Cli.Commands.State;

internal static class StateArguments
{
    private const string NothingStays = "the configuration keeps no state between runs";

    public static Argument<string> Scope() => new("SCOPE") { Description = "One of global, system, user:ID, session:ID, agent:NAME, or any other scope." };

    /// <exception cref="CommandException">Scope or key break the rules of names.</exception>
    public static StateKey Key(string scope, string key)
    {
        try
        {
            return new StateKey(scope, key);
        }
        catch (ArgumentException error)
        {
            throw new CommandException(ExitCodes.Usage, WithoutParameter(error.Message), "A scope has 1 to 255 bytes of UTF-8, a key 1 to 1,024.");
        }
    }

    /// <exception cref="CommandException">The scope breaks the rules of names.</exception>
    public static void CheckScope(string scope) => Key(scope, "k");

    /// <summary>An empty list is true and misleading where the configuration keeps nothing.</summary>
    public static void RemarkIfNothingStays(CommandContext context)
    {
        if (!BackendFactory.KeepsState(context.Workspace.Configuration.State))
        {
            context.Output.Remark(NothingStays);
        }
    }

    public static CommandException NoState(Workspace workspace) => BackendFactory.KeepsState(workspace.Configuration.State)
        ? new CommandException(
            ExitCodes.NotFound, $"there is no state in {workspace.Configuration.State.Folder} yet",
            "It is created when a script first uses State. `llmspell config show` says where it is looked for.")
        : new CommandException(
            ExitCodes.Configuration, NothingStays,
            "Set runtime.state_persistence.enabled = true and backend_type = \"sqlite\".");

    private static string WithoutParameter(string message) =>
        message.Split(" (Parameter", 2)[0].TrimEnd('.');
}
