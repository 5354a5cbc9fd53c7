using System.CommandLine;
using LlmSpell.Cli.Output;

namespace LlmSpell.Cli.Commands.Parsing;

/// <summary>Options that every command has, before or after its name.</summary>
internal static class GlobalOptions
{
    public static Option<string?> Config() => new("--config", "-c")
    {
        Description = "The configuration file. Else LLMSPELL_CONFIG, ./llmspell.toml, the user's, or the defaults.",
        HelpName = "FILE",
        Recursive = true,
    };

    public static Option<OutputFormat> Output() => new("--output")
    {
        Description = "The answer as text for people (default), or as json: one document on standard output.",
        HelpName = "text|json",
        Recursive = true,
        CustomParser = result =>
        {
            string name = result.Tokens[^1].Value;
            if (name is not ("text" or "json"))
            {
                result.AddError($"--output is text or json, not '{name}'");
            }

            return name == "json" ? OutputFormat.Json : OutputFormat.Text;
        },
    };

    public static Option<bool> Yes()
    {
        Option<bool> yes = Flag.Create("Do not ask before deleting or replacing; needed where nobody can answer.", "--yes", "-y");
        yes.Recursive = true;
        return yes;
    }
}
