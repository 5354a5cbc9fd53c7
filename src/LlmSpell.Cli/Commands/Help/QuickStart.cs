using System.CommandLine;
using LlmSpell.Cli.Commands.Parsing;

namespace LlmSpell.Cli.Commands.Help;

/// <summary>What somebody reads who named no command: what there is, in a few lines.</summary>
internal static class QuickStart
{
    public static string Of(CommandTree tree, Command command) => command == tree.Root ? OfProgram() : OfGroup(command);

    private static string OfProgram()
    {
        int width = HelpTopics.FirstSteps.Max(step => step.Line.Length);
        IEnumerable<string> steps = HelpTopics.FirstSteps.Select(step => $"  {step.Line.PadRight(width)}  {step.Meaning}");
        return $"\n{string.Join('\n', steps)}\n\n`llmspell --help` lists all commands, `llmspell help COMMAND` explains one.";
    }

    private static string OfGroup(Command command)
    {
        Command[] commands = [.. command.Subcommands.Where(sub => !sub.Hidden)];
        int width = commands.Max(sub => sub.Name.Length);
        string name = CommandNames.FullName(command);
        return $"\n{string.Join('\n', commands.Select(sub => $"  {name} {sub.Name.PadRight(width)}  {sub.Description}"))}\n";
    }
}
