using System.CommandLine;
using LlmSpell.Cli.Commands.Parsing;
using LlmSpell.Cli.Configuration.Problems;
using LlmSpell.Cli.Failures;
using LlmSpell.Cli.Output;

namespace LlmSpell.Cli.Commands.Help;

internal static class HelpCommand
{
    public static Command Create()
    {
        Argument<string[]> names = new("COMMAND")
        {
            Description = $"A command, as in backup create, or a topic: {string.Join(", ", HelpTopics.Names)}.",
            Arity = ArgumentArity.ZeroOrMore,
        };
        return new HandledCommand(
            "help", "Explain a command or a topic.", context => Task.FromResult<ICommandResult>(new HelpResult(Find(context.Tree, context.Value(names) ?? []))))
        {
            Arguments = { names },
            Examples = static () =>
            [
                new("llmspell help backup create", "What backup create does, its options, and examples."),
                new($"llmspell help {HelpTopics.ExitCodes}", "What each exit code means."),
                new("llmspell help state --output json", "The same as JSON, for programs that call llmspell."),
            ],
        };
    }

    /// <exception cref="CommandException">There is no such command or topic.</exception>
    private static HelpPage Find(CommandTree tree, string[] names)
    {
        if (names is [var topic] && HelpTopics.Find(topic) is { } page)
        {
            return page;
        }

        Command command = tree.Root;
        foreach (string name in names)
        {
            command = CommandNames.Child(command, name) ?? throw Unknown(tree, command, name);
        }

        return CommandHelp.Of(tree, command);
    }

    private static CommandException Unknown(CommandTree tree, Command command, string name)
    {
        string[] known = [.. command.Subcommands.Where(sub => !sub.Hidden).Select(sub => sub.Name).Concat(command == tree.Root ? HelpTopics.Names : [])];
        string path = CommandNames.FullName(command)[tree.Root.Name.Length..];
        return new CommandException(
            ExitCodes.Usage, $"{CommandNames.FullName(command)} has no command '{SafeText.OneLine(name)}'",
            NearestName.Suggest(name, known) is { } near
                ? $"Did you mean `llmspell help{path} {near}`?" : $"`llmspell help{path}` shows what there is.");
    }
}
