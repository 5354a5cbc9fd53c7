using LlmSpell.State;

namespace LlmSpell.Backup;

/// <summary>Gives a file of a folder, or whatever else has its name, another name without replacing any, so that the move survives a power loss.</summary>
internal static class FolderMove
{
    /// <returns>False if nothing has that name.</returns>
    /// <exception cref="StateConflictException">A file has the new name already.</exception>
    internal static bool Run(string from, string to, IFileEffects effects)
    {
        bool isMoved = false;
        try
        {
            if (!Path.Exists(from))
            {
                return false;
            }

            PublishedFile.EnsureFolder(Path.GetDirectoryName(to)!, effects);
            if (!effects.TryRename(from, to))
            {
                throw new StateConflictException($"cannot move {from} to {to}: a file of that name is there already");
            }

            isMoved = true;
            // Where it is now first: after a power loss it may then have two names, but never none.
            effects.FlushFolder(Path.GetDirectoryName(to)!);
            effects.FlushFolder(Path.GetDirectoryName(from)!);
            return true;
        }
        catch (Exception e) when (FileFailure.IsFileSystem(e))
        {
            throw FileFailure.Of($"cannot move {from} to {to}", e, outcomeUnknown: isMoved);
        }
    }
}
