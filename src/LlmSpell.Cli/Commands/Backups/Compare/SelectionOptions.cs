using System.CommandLine;
using LlmSpell.Backup;
using LlmSpell.Cli.Commands.Parsing;
using LlmSpell.Cli.Failures;

namespace LlmSpell.Cli.Commands.Backups.Compare;

/// <summary>The options that name some of the entries.</summary>
internal sealed class SelectionOptions
{
    public Option<string[]> Scopes { get; } = Filled.Option(new Option<string[]>("--scope")
    {
        Description = "Only this scope; with a * at its end, all that start so. May be given several times.",
        HelpName = "SCOPE",
        Arity = ArgumentArity.OneOrMore,
    });

    public Option<string[]> Keys { get; } = Filled.Option(new Option<string[]>("--key")
    {
        Description = "Only keys that start so. May be given several times.",
        HelpName = "PREFIX",
        Arity = ArgumentArity.OneOrMore,
    });

    /// <exception cref="CommandException">A scope or a prefix could not be that of any entry.</exception>
    public EntrySelection Read(CommandContext context)
    {
        try
        {
            return EntrySelection.Of(context.Value(Scopes) ?? [], context.Value(Keys) ?? []);
        }
        catch (ArgumentException error)
        {
            throw new CommandException(
                ExitCodes.Usage, ArgumentText.Of(error), "For example --scope 'agent:*' --key config.");
        }
    }
}
