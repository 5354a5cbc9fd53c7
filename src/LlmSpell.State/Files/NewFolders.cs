namespace LlmSpell.State.Files;

/// <summary>Makes the folder of a store.</summary>
internal static class NewFolders
{
    /// <summary>Makes a folder and those above it that are missing.</summary>
    /// <returns>The folders in which one was made, innermost first: a power loss can take its name until they are flushed.</returns>
    internal static List<string> Create(string folder)
    {
        List<string> changed = [];
        for (string missing = folder; !Directory.Exists(missing) && Path.GetDirectoryName(missing) is { } parent; missing = parent)
        {
            changed.Add(parent);
        }

        try
        {
            Directory.CreateDirectory(folder);
            return changed;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            string? broken = BrokenLink.ProblemOf(folder);
            throw new StateStorageException(
                $"The state's folder {folder} cannot be made: {broken ?? IoReason.Of(e)}",
                broken is null
                    ? "Give another folder with path in [runtime.state_persistence], or the right to make this one."
                    : "Bring back what it names, as by mounting a disk, or give another folder with path in [runtime.state_persistence].",
                e);
        }
    }
}
