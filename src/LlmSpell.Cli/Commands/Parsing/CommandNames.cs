using System.CommandLine;

namespace LlmSpell.Cli.Commands.Parsing;

/// <summary>Finds commands by name, and names by command.</summary>
internal static class CommandNames
{
    /// <summary>From the program on: <c>llmspell backup create</c>.</summary>
    public static string FullName(Command command) =>
        command.Parents.OfType<Command>().FirstOrDefault() is { } parent ? $"{FullName(parent)} {command.Name}" : command.Name;

    /// <summary>The command and all below it that people are told of, in the order of the tree.</summary>
    public static IEnumerable<Command> Visible(Command command) =>
        command.Subcommands.Where(sub => !sub.Hidden).SelectMany(Visible).Prepend(command);

    public static Command? Child(Command command, string name) => command.Subcommands.FirstOrDefault(sub => sub.Name == name);

    /// <summary>The option of that name that the command has, its own or one of every command.</summary>
    public static Option? Option(Command command, string name) =>
        Options(command).FirstOrDefault(option => option.Name == name || option.Aliases.Contains(name));

    /// <summary>The command's own options, then those of every command.</summary>
    public static IEnumerable<Option> Options(Command command) =>
        command.Options.Concat(Above(command).SelectMany(parent => parent.Options).Where(option => option.Recursive));

    /// <summary>Whether the option takes a value, as the next word or behind an equals sign.</summary>
    public static bool TakesValue(Option option) => option.Arity.MaximumNumberOfValues > 0;

    /// <summary>The value's name in the help, as in <c>FILE</c> or <c>text|json</c>.</summary>
    public static string ValueName(Option option) => option.HelpName ?? option.Name.TrimStart('-').ToUpperInvariant();

    public static string ValueName(Argument argument) => argument.HelpName ?? argument.Name;

    private static IEnumerable<Command> Above(Command command) =>
        command.Parents.OfType<Command>().SelectMany(parent => Above(parent).Prepend(parent));
}
