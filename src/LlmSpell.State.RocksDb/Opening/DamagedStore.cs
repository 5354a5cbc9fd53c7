using System.Globalization;
using LlmSpell.State.Files;
using LlmSpell.State.RocksDb.Files;
using LlmSpell.State.RocksDb.Locking;

namespace LlmSpell.State.RocksDb.Opening;

/// <summary>Puts the folder of a damaged store aside, whole, so that a new one can be made in its place and nothing of the old is lost.</summary>
internal static class DamagedStore
{
    /// <summary>Moves the store into a new folder beside it, in one step. This process must have closed it.</summary>
    /// <param name="folder">The state's folder.</param>
    /// <param name="clock">Gives the new folder its name.</param>
    /// <returns>The new folder.</returns>
    /// <exception cref="StateBusyException">Another process has the store open.</exception>
    /// <exception cref="StateStorageException">It could not be moved; all is where it was.</exception>
    internal static string MoveAside(string folder, TimeProvider clock)
    {
        var paths = new StorePaths(Path.GetFullPath(folder));
        string aside = Path.Combine(
            Path.GetDirectoryName(paths.Root)!, string.Create(CultureInfo.InvariantCulture, $"damaged-{clock.GetUtcNow():yyyyMMdd'T'HHmmss'Z'}"));
        bool made = false;
        try
        {
            using LockFile held = LockFile.TryTake(paths.Lock) ?? throw FolderLock.Busy(paths, TimeSpan.Zero);
            if (Directory.Exists(aside))
            {
                throw new IOException($"the folder {aside} exists already");
            }

            Directory.CreateDirectory(aside);
            made = true;
            if (OperatingSystem.IsWindows())
            {
                // There no folder can be moved with an open file in it.
                held.Dispose();
            }

            Directory.Move(paths.Root, Path.Combine(aside, StorePaths.Name));
            FileFlush.FlushFolder(aside);
            FileFlush.FlushFolder(Path.GetDirectoryName(paths.Root)!);
            return aside;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            if (made)
            {
                MoveBack(paths.Root, aside);
            }

            throw new StateStorageException(
                $"The damaged state in {paths.Root} could not be moved aside: {e.Message.TrimEnd('.')}.",
                "Everything is where it was. See that this user may write the folder.",
                e);
        }
    }

    private static void MoveBack(string root, string aside)
    {
        string moved = Path.Combine(aside, StorePaths.Name);
        if (Directory.Exists(moved))
        {
            Directory.Move(moved, root);
        }

        Directory.Delete(aside);
    }
}
