using System.CommandLine;
using System.CommandLine.Parsing;
using LlmSpell.Cli.Configuration.Problems;
using LlmSpell.Cli.Failures;
using LlmSpell.Cli.Hosting;
using LlmSpell.Cli.Output;

namespace LlmSpell.Cli.Commands.Parsing;

/// <summary>Turns the parser's complaints into one message with the nearest right name.</summary>
internal static class UsageError
{
    public static CommandException From(ParseResult parsed, CommandLineHost host)
    {
        Command command = parsed.CommandResult.Command;
        string help = $"`{FullName(parsed)} --help` shows what there is.";
        if (UnknownWord(parsed) is not { } unknown)
        {
            return command is HandledCommand
                ? new CommandException(ExitCodes.Usage, Sentence(parsed.Errors[0].Message), Choice.Meant(parsed) is { } word ? $"Did you mean {word}? {help}" : help)
                : new CommandException(ExitCodes.Usage, $"{FullName(parsed)} needs a command: {Names(command)}", help);
        }

        bool isOption = unknown.StartsWith('-');
        string kind = isOption ? "option" : command.Subcommands.Count > 0 ? "command" : "argument";
        string? meant = isOption ? NearestOption(parsed, unknown) : MeantAtRoot(parsed, unknown, host) ?? NearestCommand(command, unknown);
        string hint = meant is null ? help : $"Did you mean {meant}? {help}";
        return new CommandException(
            ExitCodes.Usage,
            $"unknown {kind} '{unknown}' for {FullName(parsed)}",
            isOption && command is HandledCommand { TakesScript: true } ? $"{hint} What starts with a hyphen and is no option goes behind --." : hint);
    }

    /// <summary>
    /// An option that <c>run</c> does not have, which the parser takes for the script. The command line was cut behind the script,
    /// so whatever the parser sees behind its script shows that it took a wrong word.
    /// </summary>
    public static string? UnknownBeforeScript(ParseResult parsed)
    {
        if (parsed.CommandResult.Command is not HandledCommand { TakesScript: true, Arguments: [var script, var rest] } ||
            parsed.GetResult(script)?.Tokens is not [{ Value: { Length: > 1 } word }, ..] || word[0] != '-')
        {
            return null;
        }

        bool isBehindDashes = parsed.Tokens.Any(token => token.Type == TokenType.DoubleDash) && parsed.GetResult(rest) is not { Tokens.Count: > 0 };
        return isBehindDashes ? null : word;
    }

    private static string? UnknownWord(ParseResult parsed) =>
        parsed.UnmatchedTokens.Count > 0 ? parsed.UnmatchedTokens[0] : UnknownBeforeScript(parsed);

    private static string? NearestOption(ParseResult parsed, string unknown) => NearestName.Suggest(
        unknown.Split('=')[0], [.. Options(parsed).SelectMany(option => option.Aliases.Prepend(option.Name))]);

    private static string? NearestCommand(Command command, string unknown) =>
        NearestName.Suggest(unknown, [.. command.Subcommands.Select(sub => sub.Name)]);

    private static string? MeantAtRoot(ParseResult parsed, string unknown, CommandLineHost host)
    {
        Command root = parsed.RootCommandResult.Command;
        if (parsed.CommandResult.Command != root)
        {
            return null;
        }

        if (root.Options.FirstOrDefault(option => option.Name == $"--{unknown}") is { } option)
        {
            return option.Name;
        }

        string[] below = [.. root.Subcommands.Where(group => group.Subcommands.Any(sub => sub.Name == unknown)).Select(group => $"{group.Name} {unknown}")];
        if (below.Length > 0)
        {
            return string.Join(" or ", below);
        }

        return File.Exists(Path.Combine(host.WorkingFolder, unknown)) ? $"`llmspell run {SafeText.OneLine(unknown)}`" : null;
    }

    private static string Sentence(string message)
    {
        string text = message.TrimEnd('.');
        return char.IsUpper(text[0]) ? char.ToLowerInvariant(text[0]) + text[1..] : text;
    }

    private static string Names(Command command) => string.Join(", ", command.Subcommands.Select(sub => sub.Name));

    public static string FullName(ParseResult parsed)
    {
        var names = new List<string>();
        for (CommandResult? result = parsed.CommandResult; result is not null; result = result.Parent as CommandResult)
        {
            names.Insert(0, result.Command.Name);
        }

        return string.Join(' ', names);
    }

    private static IEnumerable<Option> Options(ParseResult parsed) =>
        parsed.CommandResult.Command.Options.Concat(parsed.RootCommandResult.Command.Options.Where(option => option.Recursive));
}
