using System.CommandLine;
using System.CommandLine.Parsing;
using LlmSpell.Cli.Configuration.Problems;

namespace LlmSpell.Cli.Commands.Parsing;

/// <summary>Options and arguments that take one of a few words. The words are their name in the help (<c>text|json</c>), and what completion offers.</summary>
internal static class Choice
{
    private const char Separator = '|';

    /// <param name="description">What it decides.</param>
    /// <param name="name">With its hyphens.</param>
    /// <param name="values">The words and what they stand for; the first is the default.</param>
    public static Option<T> Option<T>(string description, string name, params (string Word, T Value)[] values) => new(name)
    {
        Description = description,
        HelpName = string.Join(Separator, values.Select(value => value.Word)),
        CustomParser = result => Parse(result, name, values),
        DefaultValueFactory = _ => values[0].Value,
    };

    public static Argument<T> Argument<T>(string description, string name, params (string Word, T Value)[] values) => new(name)
    {
        Description = description,
        HelpName = string.Join(Separator, values.Select(value => value.Word)),
        CustomParser = result => Parse(result, name, values),
    };

    /// <summary>The words to choose from; empty where anything may stand.</summary>
    public static string[] Words(string? helpName) => helpName?.Contains(Separator) == true ? helpName.Split(Separator) : [];

    /// <summary>The word that was probably meant by the first one that is none, or null.</summary>
    public static string? Meant(ParseResult parsed)
    {
        foreach (ParseError error in parsed.Errors)
        {
            string? helpName = error.SymbolResult switch
            {
                OptionResult option => option.Option.HelpName,
                ArgumentResult { Parent: OptionResult option } => option.Option.HelpName,
                ArgumentResult argument => argument.Argument.HelpName,
                _ => null,
            };
            if (Words(helpName) is { Length: > 0 } words && error.SymbolResult!.Tokens is [.., var token])
            {
                return NearestName.Suggest(token.Value, words);
            }
        }

        return null;
    }

    private static T Parse<T>(ArgumentResult result, string name, (string Word, T Value)[] values)
    {
        string given = result.Tokens[^1].Value;
        foreach ((string word, T value) in values)
        {
            if (word == given)
            {
                return value;
            }
        }

        string[] words = [.. values.Select(value => value.Word)];
        result.AddError($"{name} is {string.Join(", ", words[..^1])} or {words[^1]}, not '{given}'");
        return values[0].Value;
    }
}
