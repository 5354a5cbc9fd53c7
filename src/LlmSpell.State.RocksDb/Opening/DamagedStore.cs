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
    /// <exception cref="StateStorageException">It could not be moved; all is where it was, unless the hint says where it is.</exception>
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
            throw made ? MoveBack(paths.Root, aside, e) : Failure(paths.Root, e, "Everything is where it was. See that this user may write the folder.");
        }
    }

    /// <summary>Gives the store its old name again, if it lost it.</summary>
    /// <param name="root">The store.</param>
    /// <param name="aside">The folder that was made for it.</param>
    /// <param name="cause">Why it could not be moved.</param>
    /// <returns>What to throw.</returns>
    internal static StateStorageException MoveBack(string root, string aside, Exception cause)
    {
        string moved = Path.Combine(aside, StorePaths.Name);
        try
        {
            if (Directory.Exists(moved))
            {
                Directory.Move(moved, root);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return Failure(root, cause, $"Nor could it be moved back ({IoReason.Of(e)}): it is in {moved}. Move it to {root}, or leave it there.");
        }

        try
        {
            Directory.Delete(aside);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Nothing of the state is in it.
        }

        return Failure(root, cause, "Everything is where it was. See that this user may write the folder.");
    }

    private static StateStorageException Failure(string root, Exception cause, string hint) =>
        new($"The damaged state in {root} could not be moved aside: {IoReason.Of(cause)}.", hint, cause);
}
