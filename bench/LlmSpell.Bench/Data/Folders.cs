namespace LlmSpell.Bench;

/// <summary>Small helpers for folders.</summary>
internal static class Folders
{
    /// <summary>The bytes of all files in it and below; 0 if it does not exist.</summary>
    internal static long BytesOf(string folder) => !Directory.Exists(folder)
        ? 0
        : new DirectoryInfo(folder).EnumerateFiles("*", SearchOption.AllDirectories).Sum(static file => file.Length);

    /// <summary>Makes it, empty.</summary>
    internal static void Renew(string folder)
    {
        Remove(folder);
        Directory.CreateDirectory(folder);
    }

    internal static void Remove(string folder)
    {
        if (Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
