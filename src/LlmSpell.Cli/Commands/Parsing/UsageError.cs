using System.CommandLine;
using System.CommandLine.Parsing;
using LlmSpell.Cli.Commands.Help;
using LlmSpell.Cli.Configuration.Problems;
using LlmSpell.Cli.Failures;
using LlmSpell.Cli.Hosting;

namespace LlmSpell.Cli.Commands.Parsing;

/// <summary>Turns the parser's complaints into one message with the nearest right name.</summary>
internal static class UsageError
{
    public static CommandException From(CommandTree tree, ParseResult parsed, CommandLineHost host)
    {
        Command command = parsed.CommandResult.Command;
        string name = CommandNames.FullName(command);
        string help = $"`{name} --help` shows what there is.";
        if (UnknownWord(parsed) is { } unknown)
        {
            return Unknown(tree, parsed, unknown, host, help);
        }

        return command is HandledCommand
            ? new CommandException(ExitCodes.Usage, MessageOf(parsed.Errors[0], name), WithMeant(Choice.Meant(parsed), help))
            : new CommandException(ExitCodes.Usage, $"{name} needs a command: {Names(command)}", help)
            {
                Details = QuickStart.Of(tree, command),
            };
    }

    private static CommandException Unknown(CommandTree tree, ParseResult parsed, string unknown, CommandLineHost host, string help)
    {
        Command command = parsed.CommandResult.Command;
        bool isBehind = UnknownOption(parsed) is null
            && parsed.Tokens.SkipWhile(static token => token.Type != TokenType.DoubleDash).Any(token => token.Value == unknown);
        bool isOption = unknown.StartsWith('-') && !isBehind;
        string kind = isOption ? "option" : command.Subcommands.Count > 0 ? "command" : "argument";
        if (isOption && CommandNames.Option(command, unknown.Split('=')[0]) is { } own)
        {
            return new CommandException(
                ExitCodes.Usage, $"the option '{unknown}' stands before the command that it belongs to",
                $"Write it behind: `{CommandNames.FullName(command)} {own.Name}`.");
        }

        string? meant = isOption ? NearestOption(command, unknown)
            : command.Subcommands.Count > 0 ? new MeantCommand(tree, host).Find(command, parsed.UnmatchedTokens) : null;
        string hint = WithMeant(meant, help);
        return new CommandException(
            ExitCodes.Usage,
            $"unknown {kind} '{unknown}' for {CommandNames.FullName(command)}",
            isBehind && unknown.StartsWith('-') ? $"{hint} What stands behind -- is no option."
                : isOption && command.Arguments.Count > 0 ? $"{hint} What starts with a hyphen and is no option goes behind --." : hint);
    }

    /// <summary>
    /// An option that the command does not have, which the parser takes for an argument. Words behind <c>--</c> and negative numbers
    /// are arguments indeed.
    /// </summary>
    public static string? UnknownOption(ParseResult parsed)
    {
        IReadOnlyList<Token> tokens = parsed.Tokens;
        Token[] options = [.. tokens.TakeWhile(token => token.Type != TokenType.DoubleDash).Where(token => token.Value is ['-', not (>= '0' and <= '9'), ..])];
        return parsed.CommandResult.Command.Arguments
            .SelectMany(argument => parsed.GetResult(argument)?.Tokens ?? [])
            .FirstOrDefault(token => options.Any(option => ReferenceEquals(option, token)))?.Value;
    }

    private static string? UnknownWord(ParseResult parsed) =>
        UnknownOption(parsed) ?? (parsed.UnmatchedTokens.Count > 0 ? parsed.UnmatchedTokens[0] : null);

    private static string? NearestOption(Command command, string unknown)
    {
        // Any letter is one edit away from any other: -f for force would become -n, a dry run.
        string name = unknown.Split('=')[0];
        IEnumerable<string> names = CommandNames.Options(command).SelectMany(option => option.Aliases.Prepend(option.Name));
        return name.Length == 2
            ? names.FirstOrDefault(candidate => string.Equals(candidate, name, StringComparison.OrdinalIgnoreCase))
            : NearestName.Suggest(name, [.. names.Where(static candidate => candidate.Length > 2)]);
    }

    private static string WithMeant(string? meant, string help) => meant is null ? help : $"Did you mean {meant}? {help}";

    private static string MessageOf(ParseError error, string name) =>
        error.SymbolResult is ArgumentResult { Tokens.Count: 0, Argument.Arity.MinimumNumberOfValues: > 0 } missing
            ? $"{name} needs {missing.Argument.Name}"
            : Sentence(error.Message);

    private static string Sentence(string message)
    {
        string text = message.TrimEnd('.');
        return text is [>= 'A' and <= 'Z', >= 'a' and <= 'z', ..] ? char.ToLowerInvariant(text[0]) + text[1..] : text;
    }

    private static string Names(Command command) => string.Join(", ", command.Subcommands.Where(sub => !sub.Hidden).Select(sub => sub.Name));
}
