using System.CommandLine;

namespace LlmSpell.Cli.Commands.Parsing;

/// <summary>
/// Cuts a command line behind the script: what follows is the script's and stays as it is, with <c>--</c>, options and all,
/// so the parser must not see it.
/// </summary>
internal static class ScriptArguments
{
    public static (IReadOnlyList<string> Own, IReadOnlyList<string> Script) Split(CommandTree tree, IReadOnlyList<string> arguments)
    {
        Command command = tree.Root;
        int index = 0;
        while (index < arguments.Count)
        {
            string argument = arguments[index];
            bool endsOptions = argument == "--" && command is HandledCommand { TakesScript: true };
            if (endsOptions || argument.Length <= 1 || argument[0] != '-')
            {
                if (command is HandledCommand { TakesScript: true })
                {
                    return CutAfter(arguments, endsOptions ? index + 1 : index);
                }

                if (command.Subcommands.FirstOrDefault(sub => sub.Name == argument) is not { } next)
                {
                    break;
                }

                command = next;
            }
            else if (CommandNames.Option(command, argument) is { } option && CommandNames.TakesValue(option))
            {
                index++;
            }

            index++;
        }

        return (arguments, []);
    }

    private static (IReadOnlyList<string>, IReadOnlyList<string>) CutAfter(IReadOnlyList<string> arguments, int last) =>
        ([.. arguments.Take(last + 1)], [.. arguments.Skip(last + 1)]);
}
