using System.CommandLine;
using LlmSpell.Cli.Commands.Parsing;
using LlmSpell.Cli.Configuration.Problems;
using LlmSpell.Cli.Failures;
using LlmSpell.Cli.Opening;
using LlmSpell.Cli.Output;
using LlmSpell.State;

namespace LlmSpell.Cli.Commands.State;

internal static class StateArguments
{
    private const string NothingStays = "the configuration keeps no state between runs";

    public static Argument<string> Scope() => new("SCOPE") { Description = "One of global, system, user:ID, session:ID, agent:NAME, or any other scope." };

    public static Argument<string> KeyName() => new("KEY") { Description = "The key in that scope." };

    public static Option<string?> Prefix() =>
        Filled.Option(new Option<string?>("--prefix") { Description = "Only keys that start so.", HelpName = "TEXT" });

    /// <exception cref="CommandException">Scope or key break the rules of names.</exception>
    public static StateKey Key(string scope, string key)
    {
        try
        {
            return new StateKey(scope, key);
        }
        catch (ArgumentException error)
        {
            throw new CommandException(ExitCodes.Usage, ArgumentText.Of(error), "A scope has 1 to 255 bytes of UTF-8, a key 1 to 1,024.");
        }
    }

    /// <exception cref="CommandException">The scope breaks the rules of names.</exception>
    public static void CheckScope(string scope) => Key(scope, "k");

    /// <summary>The state that is there.</summary>
    /// <exception cref="CommandException">There is none.</exception>
    public static StateStore Existing(CommandContext context) => context.Workspace.ExistingStore ?? throw NoState(context.Workspace);

    /// <summary>The state to write to; made if there is none yet.</summary>
    /// <exception cref="CommandException">The configuration keeps nothing.</exception>
    public static StateStore ForWriting(CommandContext context) =>
        BackendFactory.KeepsState(context.Workspace.Configuration.State) ? context.Workspace.Store : throw NoState(context.Workspace);

    /// <summary>The state to list something of. An empty list is true and misleading where there is none, as in a wrong folder.</summary>
    public static StateStore? ExistingOrRemark(CommandContext context)
    {
        StateStore? store = context.Workspace.ExistingStore;
        if (store is null)
        {
            context.Output.Remark(SafeText.OneLine(NoState(context.Workspace).Message));
        }

        return store;
    }

    /// <summary>Says that a scope has no keys, and which one was probably meant.</summary>
    public static void RemarkIfNoScope(CommandContext context, StateStore store, string scope)
    {
        IReadOnlyList<string> scopes = store.ListScopes();
        if (!scopes.Contains(scope, StringComparer.Ordinal))
        {
            string meant = NearestName.Suggest(scope, scopes) is { } nearest ? $"; did you mean {SafeText.OneLine(nearest)}?" : "";
            context.Output.Remark($"there is no key in scope {SafeText.OneLine(scope)}{meant}");
        }
    }

    public static CommandException NoKey(string scope, string key) => new(
        ExitCodes.NotFound, $"no key {SafeText.OneLine(key)} in scope {SafeText.OneLine(scope)}", $"`llmspell state list {ShellWord.Of(scope)}` lists the keys.");

    /// <param name="key">Of the entry that is damaged.</param>
    /// <param name="problem">Continues <c>the entry</c>.</param>
    public static StateCorruptException Damaged(StateKey key, string problem) => new(
        $"the entry {key} {problem}", "`llmspell state check` names all that is damaged; `llmspell backup list` shows what can be restored.");

    public static CommandException NoState(Workspace workspace) => BackendFactory.KeepsState(workspace.Configuration.State)
        ? new CommandException(
            ExitCodes.NotFound, $"there is no state in {workspace.Configuration.State.Folder} yet",
            "It is created when a script first uses State. `llmspell config show` says where it is looked for.")
        : new CommandException(
            ExitCodes.Configuration, NothingStays,
            "Set runtime.state_persistence.enabled = true and backend_type = \"sqlite\".");
}
