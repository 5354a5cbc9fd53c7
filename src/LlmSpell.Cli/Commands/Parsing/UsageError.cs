using System.CommandLine;
using LlmSpell.Cli.Configuration.Problems;
using LlmSpell.Cli.Failures;

namespace LlmSpell.Cli.Commands.Parsing;

/// <summary>Turns the parser's complaints into one message with the nearest right name.</summary>
internal static class UsageError
{
    public static CommandException From(ParseResult parsed)
    {
        Command command = parsed.CommandResult.Command;
        string help = $"`{FullName(parsed)} --help` shows what there is.";
        if (parsed.UnmatchedTokens.Count == 0)
        {
            return command is HandledCommand
                ? new CommandException(ExitCodes.Usage, Sentence(parsed.Errors[0].Message), help)
                : new CommandException(ExitCodes.Usage, $"{FullName(parsed)} needs a command: {Names(command)}", help);
        }

        string unknown = parsed.UnmatchedTokens[0];
        string[] candidates = unknown.StartsWith('-')
            ? [.. Options(parsed).SelectMany(option => option.Aliases.Prepend(option.Name))]
            : [.. command.Subcommands.Select(sub => sub.Name)];
        string kind = unknown.StartsWith('-') ? "option" : command.Subcommands.Count > 0 ? "command" : "argument";
        string? nearest = NearestName.Suggest(unknown, candidates);
        return new CommandException(
            ExitCodes.Usage,
            $"unknown {kind} '{unknown}' for {FullName(parsed)}",
            nearest is null ? help : $"Did you mean {nearest}? {help}");
    }

    private static string Sentence(string message)
    {
        string text = message.TrimEnd('.');
        return char.IsUpper(text[0]) ? char.ToLowerInvariant(text[0]) + text[1..] : text;
    }

    private static string Names(Command command) => string.Join(", ", command.Subcommands.Select(sub => sub.Name));

    private static string FullName(ParseResult parsed)
    {
        var names = new List<string>();
        for (System.CommandLine.Parsing.CommandResult? result = parsed.CommandResult; result is not null; result = result.Parent as System.CommandLine.Parsing.CommandResult)
            names.Insert(0, result.Command.Name);
        return string.Join(' ', names);
    }

    private static IEnumerable<Option> Options(ParseResult parsed) =>
        parsed.CommandResult.Command.Options.Concat(parsed.RootCommandResult.Command.Options.Where(option => option.Recursive));
}
