namespace LlmSpell.Backup;

/// <summary>Whether two folders are one, or one lies in the other, by whatever links they are named.</summary>
internal static class FolderNesting
{
    private const int MaxLinks = 40;

    private static readonly StringComparison Comparison =
        OperatingSystem.IsLinux() ? StringComparison.Ordinal : StringComparison.OrdinalIgnoreCase;

    /// <returns>What is wrong with copying from one to the other, as a sentence without its end; null if nothing is.</returns>
    internal static string? Problem(string from, string to)
    {
        string source = Resolve(from, MaxLinks);
        string target = Resolve(to, MaxLinks);
        return source.Equals(target, Comparison) ? $"{to} is the repository itself"
            : IsInside(target, source) ? $"{to} lies inside of the repository {from}"
            : IsInside(source, target) ? $"the repository {from} lies inside of {to}"
            : null;
    }

    /// <summary>Whether two paths are one folder.</summary>
    internal static bool AreOne(string folder, string other) => Resolve(folder, MaxLinks).Equals(Resolve(other, MaxLinks), Comparison);

    private static bool IsInside(string inner, string outer) =>
        inner.StartsWith(Path.EndsInDirectorySeparator(outer) ? outer : outer + Path.DirectorySeparatorChar, Comparison);

    private static string Resolve(string path, int links)
    {
        string full = Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));
        if (Path.GetDirectoryName(full) is not { } parent || links == 0)
        {
            return full;
        }

        string here = Path.Combine(Resolve(parent, links), Path.GetFileName(full));
        try
        {
            return new DirectoryInfo(here).LinkTarget is { } target
                ? Resolve(Path.Combine(Path.GetDirectoryName(here)!, target), links - 1)
                : here;
        }
        catch (IOException)
        {
            return here;
        }
    }
}
