using System.CommandLine;
using LlmSpell.State.Files;

namespace LlmSpell.Cli.Commands.Scripts;

/// <summary>What to run: a file, a piece of code, or, without either, what standard input holds.</summary>
/// <param name="Path">The file, as messages name it; null for code.</param>
/// <param name="Text">The code; null for a file.</param>
internal sealed record ScriptSource(string? Path, string? Text)
{
    /// <summary>How messages and JSON output name it.</summary>
    public string Name => Path ?? (Text is null ? "stdin" : "command line");

    /// <summary>Whether the script comes from standard input, which it then finds at its end.</summary>
    public bool IsInput => Path is null && Text is null;

    /// <exception cref="Failures.CommandException">There is no such file.</exception>
    public static ScriptSource File(CommandContext context, string path)
    {
        if (path == "-")
        {
            return new ScriptSource(null, null);
        }

        string fullPath = System.IO.Path.GetFullPath(path, context.Host.WorkingFolder);
        return System.IO.Path.Exists(fullPath) || HiddenFile.Is(fullPath)
            ? new ScriptSource(context.Host.IsProcess ? path : fullPath, null)
            : throw MissingScript.Error(path, fullPath);
    }

    public static ScriptSource Code(string code) => new(null, code);

    /// <summary>For the help only: what follows the script is cut off before the parser sees it.</summary>
    public static Argument<string[]> Arguments() => new("ARGS")
    {
        Description = "Arguments for the script, untouched, even where they look like options.",
        Arity = ArgumentArity.ZeroOrMore,
    };
}
