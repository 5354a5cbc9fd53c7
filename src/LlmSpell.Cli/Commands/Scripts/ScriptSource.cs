using System.CommandLine;

namespace LlmSpell.Cli.Commands.Scripts;

/// <summary>What to run: a file, a piece of code, or what came from standard input.</summary>
/// <param name="Path">The file, as messages name it; else null.</param>
/// <param name="Text">The code from the command line; else null.</param>
internal sealed record ScriptSource(string? Path, string? Text)
{
    /// <summary>How JSON output names it.</summary>
    public string Name => Path ?? (Bytes is null ? "command line" : "stdin");

    /// <summary>What came from standard input; else null.</summary>
    public byte[]? Bytes { get; private init; }

    /// <exception cref="Failures.CommandException">There is no such file.</exception>
    public static ScriptSource File(CommandContext context, string path)
    {
        if (path == "-")
        {
            using var code = new MemoryStream();
            using Stream input = context.Host.OpenInput();
            input.CopyTo(code);
            return new ScriptSource(null, null) { Bytes = code.ToArray() };
        }

        string fullPath = System.IO.Path.GetFullPath(path, context.Host.WorkingFolder);
        return System.IO.Path.Exists(fullPath)
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
