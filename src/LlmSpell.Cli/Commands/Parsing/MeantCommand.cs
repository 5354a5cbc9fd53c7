using System.CommandLine;
using LlmSpell.Cli.Configuration.Problems;
using LlmSpell.Cli.Hosting;
using LlmSpell.Cli.Output;

namespace LlmSpell.Cli.Commands.Parsing;

/// <summary>Finds the command that was probably meant: with a slip in it, in the wrong order, without its group, or a script without <c>run</c>.</summary>
/// <param name="tree">All commands.</param>
/// <param name="host">Where a script is looked for.</param>
internal sealed class MeantCommand(CommandTree tree, CommandLineHost host)
{
    private const int MaxEditsInGroup = 2;

    // What other programs call it. Without these, who wants to delete a backup would be sent to `state delete`.
    private static readonly Dictionary<string, string> OtherWords = new()
    {
        ["backup delete"] = "backup cleanup",
        ["backup remove"] = "backup cleanup",
        ["backup rm"] = "backup cleanup",
        ["backup prune"] = "backup cleanup",
        ["backup verify"] = "backup validate",
        ["config validate"] = "config check",
    };

    /// <param name="from">The command that was found.</param>
    /// <param name="words">The words behind it that mean nothing, at least one.</param>
    /// <returns>One or more command lines in backticks, joined by <c>or</c>; null if nothing is near.</returns>
    public string? Find(Command from, IReadOnlyList<string> words)
    {
        string word = words[0];
        string[] lines = from == tree.Root ? [.. AtRoot(word, words.Skip(1))] : [.. InGroup(from, word)];
        return lines.Length == 0 ? null : string.Join(" or ", lines.Select(line => $"`llmspell {line}`"));
    }

    private IEnumerable<string> AtRoot(string word, IEnumerable<string> rest)
    {
        if (tree.Root.Options.FirstOrDefault(option => option.Name == $"--{word}") is { } option)
        {
            return [option.Name];
        }

        if (File.Exists(Path.Combine(host.WorkingFolder, word)))
        {
            return [$"run {SafeText.OneLine(word)}"];
        }

        Command[] named = [.. Below(tree.Root).Where(command => command.Name == word)];
        return named.Length > 0 ? InNamedGroup(named, rest).Select(Line) : Nearest(word, rest);
    }

    // The name of a group that follows decides: `list backups`.
    private static Command[] InNamedGroup(Command[] commands, IEnumerable<string> words)
    {
        Command[] chosen = [.. commands.Where(command => Group(command) is { } group &&
            words.Any(word => NearestName.Find(word, [group.Name], MaxEditsInGroup) is not null))];
        return chosen.Length > 0 ? chosen : commands;
    }

    private IEnumerable<string> Nearest(string word, IEnumerable<string> rest)
    {
        string? name = NearestName.Suggest(word, [.. Visible(tree.Root).Select(command => command.Name)]);
        string? below = NearestName.Suggest(word, [.. Below(tree.Root).Select(command => command.Name)]);
        if (below is not null && (name is null || NearestName.Edits(word, below) < NearestName.Edits(word, name)))
        {
            return InNamedGroup([.. Below(tree.Root).Where(command => command.Name == below)], rest).Select(Line);
        }

        if (name is null)
        {
            return [];
        }

        Command near = CommandNames.Child(tree.Root, name)!;
        string? sub = rest.FirstOrDefault() is { } next ? NearestName.Suggest(next, [.. Visible(near).Select(command => command.Name)]) : null;
        return [sub is null ? name : $"{name} {sub}"];
    }

    private IEnumerable<string> InGroup(Command group, string word)
    {
        if (OtherWords.GetValueOrDefault($"{group.Name} {word}") is { } same)
        {
            return [same];
        }

        if (NearestName.Suggest(word, [.. Visible(group).Select(command => command.Name)]) is { } near)
        {
            return [Line(CommandNames.Child(group, near)!)];
        }

        return Visible(tree.Root).Concat(Below(tree.Root)).Where(command => command.Name == word).Select(Line);
    }

    private static IEnumerable<Command> Visible(Command command) => command.Subcommands.Where(sub => !sub.Hidden);

    private static IEnumerable<Command> Below(Command root) => Visible(root).SelectMany(Visible);

    private static Command? Group(Command command) => command.Parents.OfType<Command>().FirstOrDefault();

    private string Line(Command command) => CommandNames.FullName(command)[(tree.Root.Name.Length + 1)..];
}
