namespace LlmSpell.State.Files;

/// <summary>Symbolic links to what is not there, as to a disk that is not mounted: they count as files that exist, and cannot be used as any.</summary>
internal static class BrokenLink
{
    /// <summary>The nearest such link among a folder and those above it.</summary>
    /// <param name="folder">Absolute.</param>
    /// <returns>"PATH is a link to TARGET, which is not there"; null if there is none.</returns>
    internal static string? ProblemOf(string folder)
    {
        for (string? path = folder; path is not null && !Directory.Exists(path); path = Path.GetDirectoryName(path))
        {
            if (new FileInfo(path).LinkTarget is { } target)
            {
                return IsThere(path) ? null : $"{path} is a link to {target}, which is not there";
            }
        }

        return null;
    }

    private static bool IsThere(string link)
    {
        try
        {
            return File.ResolveLinkTarget(link, returnFinalTarget: true) is { } end && Path.Exists(end.FullName);
        }
        catch (IOException)
        {
            // A circle of links.
            return false;
        }
    }
}
