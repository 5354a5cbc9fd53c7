namespace LlmSpell.Cli.Opening.Backends;

/// <summary>One of the files in which a state lies.</summary>
/// <param name="Name">Relative to the state's folder, or to the state where that is a folder itself.</param>
/// <param name="Bytes">Its length.</param>
internal sealed record StoreFile(string Name, long Bytes)
{
    /// <summary>Looks at files, any of which may be gone meanwhile.</summary>
    public static IReadOnlyList<StoreFile> Find(string folder, IEnumerable<string> files)
    {
        List<StoreFile> found = [];
        foreach (string file in files)
        {
            try
            {
                found.Add(new StoreFile(Path.GetRelativePath(folder, file), new FileInfo(file).Length));
            }
            catch (FileNotFoundException)
            {
                // The database drops files at any time.
            }
        }

        return found;
    }
}
