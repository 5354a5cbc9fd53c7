using LlmSpell.State;

namespace LlmSpell.Cli.Opening;

internal static class FolderPath
{
    /// <summary>Refuses a path that cannot be a folder, because it or a folder above it is a file: else it would look like a folder that is not there yet.</summary>
    /// <param name="folder">Absolute.</param>
    /// <param name="setting">The setting that names the folder.</param>
    /// <exception cref="StateStorageException">There is a file in the way.</exception>
    public static void Check(string folder, string setting)
    {
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
