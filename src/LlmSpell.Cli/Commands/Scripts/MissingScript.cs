using LlmSpell.Cli.Configuration.Problems;
using LlmSpell.Cli.Failures;
using LlmSpell.Cli.Output;

namespace LlmSpell.Cli.Commands.Scripts;

/// <summary>A script that is not there, with the name that was probably meant.</summary>
internal static class MissingScript
{
    // A folder with more has no name that is near by chance only.
    private const int MaxNames = 2000;

    /// <param name="path">As it was given.</param>
    /// <param name="fullPath">The same, absolute.</param>
    public static CommandException Error(string path, string fullPath) => new(
        ExitCodes.NotFound, $"cannot open the script '{SafeText.OneLine(path)}': there is no such file", Hint(path, fullPath));

    private static string? Hint(string path, string fullPath)
    {
        string folder = Path.GetDirectoryName(fullPath) ?? fullPath;
        if (!Directory.Exists(folder))
        {
            return $"There is no folder {SafeText.OneLine(folder)}.";
        }

        return NearName(folder, Path.GetFileName(fullPath)) is { } near
            ? $"Did you mean {SafeText.OneLine(Path.Combine(Path.GetDirectoryName(path) ?? "", near))}?" : null;
    }

    private static string? NearName(string folder, string name)
    {
        try
        {
            string[] names = [.. Directory.EnumerateFiles(folder).Take(MaxNames).Select(Path.GetFileName).OfType<string>().Order(StringComparer.Ordinal)];
            return names.FirstOrDefault(file => file == $"{name}.lua") ?? NearestName.Suggest(name, names);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
