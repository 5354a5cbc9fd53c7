using LlmSpell.State;
using LlmSpell.State.Files;

namespace LlmSpell.Cli.Opening;

internal static class FolderPath
{
    /// <summary>Refuses a path that cannot be a folder, because it or a folder above it is a file: else it would look like a folder that is not there yet.</summary>
    /// <param name="folder">Absolute.</param>
    /// <param name="setting">The setting that names the folder.</param>
    /// <exception cref="StateStorageException">There is a file in the way, or a link to what is not there.</exception>
    public static void Check(string folder, string setting)
    {
        if (BrokenLink.ProblemOf(folder) is { } broken)
        {
            throw new StateStorageException(broken, $"Bring back what it names, as by mounting a disk, or set {setting} to another folder.");
        }

        for (string? path = folder; path is not null && !Directory.Exists(path); path = Path.GetDirectoryName(path))
        {
            if (File.Exists(path))
            {
                throw new StateStorageException(
                    $"{path} is a file where {setting} needs a folder", $"Move the file away, or set {setting} to another folder.");
            }
        }
    }
}
