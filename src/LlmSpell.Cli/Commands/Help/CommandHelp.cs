using System.CommandLine;
using LlmSpell.Cli.Commands.Parsing;

namespace LlmSpell.Cli.Commands.Help;

/// <summary>Reads from the command tree what there is to say of a command.</summary>
internal static class CommandHelp
{
    public const string CommandsHeading = "Commands";

    public static HelpPage Of(CommandTree tree, Command command)
    {
        var handled = command as HandledCommand;
        return new HelpPage(CommandNames.FullName(command), command.Description!)
        {
            Usage = Usage(command),
            Sections = [.. Sections(tree, command).Where(section => section.Entries.Count > 0)],
            Examples = handled?.Examples() ?? (command == tree.Root ? HelpTopics.FirstSteps : []),
            SeeAlso = SeeAlso(tree, command),
        };
    }

    private static string Usage(Command command)
    {
        string name = CommandNames.FullName(command);
        if (command is not HandledCommand handled)
        {
            return $"{name} <command> [options]";
        }

        string arguments = string.Concat(command.Arguments.Where(argument => !argument.Hidden).Select(argument => $" {Written(argument)}"));
        // Behind a script, options are the script's.
        return handled.TakesScript ? $"{name} [options]{arguments}" : $"{name}{arguments} [options]";
    }

    private static string Written(Argument argument)
    {
        string name = $"<{CommandNames.ValueName(argument)}>{(argument.Arity.MaximumNumberOfValues > 1 ? "..." : "")}";
        return argument.Arity.MinimumNumberOfValues == 0 ? $"[{name}]" : name;
    }

    private static IEnumerable<HelpSection> Sections(CommandTree tree, Command command)
    {
        bool isRoot = command == tree.Root;
        Command[] commands = [.. command.Subcommands.Where(sub => !sub.Hidden)];
        yield return new HelpSection(CommandsHeading, [.. commands.Where(sub => sub is HandledCommand || !isRoot).Select(sub => Entry(sub, command))]);
        foreach (Command group in isRoot ? commands.Where(sub => sub is not HandledCommand) : [])
        {
            yield return new HelpSection(group.Description!.TrimEnd('.'), [.. group.Subcommands.Where(sub => !sub.Hidden).Select(sub => Entry(sub, command))]);
        }

        yield return new HelpSection(
            "Arguments", [.. command.Arguments.Where(argument => !argument.Hidden).Select(argument => new HelpEntry(CommandNames.ValueName(argument), argument.Description!))]);
        yield return new HelpSection("Options", [.. command.Options.Where(option => !option.Recursive && !option.Hidden && !isRoot).Select(Entry)]);
        yield return new HelpSection(isRoot ? "Options" : "Options of every command", [.. Common(tree, command).Select(Entry)]);
    }

    private static IEnumerable<Option> Common(CommandTree tree, Command command)
    {
        bool asks = command is HandledCommand { CanAsk: true };
        IEnumerable<Option> options = tree.Global.All.Where(option => option != tree.Global.Yes || asks).Append(tree.Help);
        return command == tree.Root ? options.Append(tree.Version) : options;
    }

    private static HelpEntry Entry(Command command, Command from) =>
        new(CommandNames.FullName(command)[(CommandNames.FullName(from).Length + 1)..], command.Description!);

    private static HelpEntry Entry(Option option)
    {
        IEnumerable<string> names = option.Aliases.Append(option.Name).Where(name => name is not ("-?" or "/?" or "/h")).OrderBy(name => name.Length);
        return new HelpEntry(
            string.Join(", ", names) + (CommandNames.TakesValue(option) ? $" {CommandNames.ValueName(option)}" : ""), option.Description!);
    }

    private static string[] SeeAlso(CommandTree tree, Command command)
    {
        if (command is not HandledCommand handled)
        {
            return command == tree.Root ? [.. HelpTopics.Names.Select(topic => $"llmspell help {topic}")] : [];
        }

        IEnumerable<string> named = handled.SeeAlso.Select(name => $"{tree.Root.Name} {name}");
        IEnumerable<string> siblings = command.Parents.OfType<Command>().Where(parent => parent != tree.Root)
            .SelectMany(parent => parent.Subcommands).Where(sub => sub != command && !sub.Hidden).Select(CommandNames.FullName);
        return [.. named.Concat(siblings).Distinct(), $"llmspell help {HelpTopics.ExitCodes}"];
    }
}
