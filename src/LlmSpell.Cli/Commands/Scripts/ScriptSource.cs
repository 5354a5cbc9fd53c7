using System.CommandLine;

namespace LlmSpell.Cli.Commands.Scripts;

/// <summary>What to run: a file or a piece of code.</summary>
/// <param name="Path">The file, as messages name it; null for code.</param>
/// <param name="Text">The code; null for a file.</param>
internal sealed record ScriptSource(string? Path, string? Text)
{
    /// <summary>How JSON output names it.</summary>
    public string Name => Path ?? "command line";

    public static ScriptSource File(CommandContext context, string path) => new(
        context.Host.IsProcess ? path : System.IO.Path.GetFullPath(path, context.Host.WorkingFolder), null);

    public static ScriptSource Code(string code) => new(null, code);

    /// <summary>For the help only: what follows the script is cut off before the parser sees it.</summary>
    public static Argument<string[]> Arguments() => new("ARGS")
    {
        Description = "Arguments for the script, untouched, even where they look like options.",
        Arity = ArgumentArity.ZeroOrMore,
    };
}
