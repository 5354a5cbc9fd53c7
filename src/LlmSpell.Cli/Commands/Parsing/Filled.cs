using System.CommandLine;

namespace LlmSpell.Cli.Commands.Parsing;

/// <summary>
/// An option or argument whose value must have a character. An empty one, of a variable of the shell that is not set, would choose
/// everything, or the working folder.
/// </summary>
internal static class Filled
{
    public static T Option<T>(T option)
        where T : Option
    {
        option.Validators.Add(result =>
        {
            if (result.Tokens.Any(static token => token.Value.Length == 0))
            {
                result.AddError($"{option.Name} is empty; {(option.Required ? "" : "leave it out, or ")}name its {option.HelpName}");
            }
        });
        return option;
    }

    public static Argument<T> Argument<T>(Argument<T> argument)
    {
        argument.Validators.Add(result =>
        {
            if (result.Tokens.Any(static token => token.Value.Length == 0))
            {
                result.AddError($"{argument.Name} is empty; {(argument.Arity.MinimumNumberOfValues > 0 ? "" : "leave it out, or ")}name one");
            }
        });
        return argument;
    }
}
