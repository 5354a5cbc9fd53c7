using System.Globalization;
using System.Runtime.InteropServices;
using LlmSpell.State.Files;
using LlmSpell.State.Sqlite.Files;
using LlmSpell.State.Sqlite.Schema;
using LlmSpell.State.Sqlite.Waiting;

namespace LlmSpell.State.Sqlite.Opening;

/// <summary>Puts the files of a damaged store aside, whole, so that a new one can be made in their place and nothing of the old is lost.</summary>
internal static partial class DamagedStore
{
    private static readonly string[] Suffixes = ["", "-wal", "-shm", "-journal"];

    /// <summary>Moves the files into a new folder beside them. This process must have closed the store.</summary>
    /// <param name="folder">The store's folder.</param>
    /// <param name="clock">Gives the new folder its name.</param>
    /// <returns>The new folder.</returns>
    /// <exception cref="StateBusyException">Another process has the store open.</exception>
    /// <exception cref="StateStorageException">A file could not be moved; all are where they were, unless the hint says which are not.</exception>
    internal static string MoveAside(string folder, TimeProvider clock)
    {
        string file = StoreFile.In(folder);
        string[] present = [.. Suffixes.Where(suffix => File.Exists(file + suffix))];
        string aside = Path.Combine(
            Path.GetDirectoryName(file)!,
            string.Create(CultureInfo.InvariantCulture, $"damaged-{clock.GetUtcNow():yyyyMMdd'T'HHmmss'Z'}"));
        List<string> moved = [];
        List<string> twice = [];
        bool made = false;
        try
        {
            if (LogUsers.Find(file) is { } user)
            {
                throw new StateBusyException($"The state in {file} is open in {user}.", "End it, then try again; a file that is in use is never moved.");
            }

            if (Directory.Exists(aside))
            {
                throw new IOException($"the folder {aside} exists already");
            }

            Directory.CreateDirectory(aside);
            made = true;
            foreach (string suffix in present)
            {
                if (GiveSecondName(file + suffix, Path.Combine(aside, StoreSchema.FileName + suffix)))
                {
                    twice.Add(suffix);
                }

                moved.Add(suffix);
            }

            // The new folder has a name that lasts before the old names go.
            FileFlush.FlushFolder(aside);
            FileFlush.FlushFolder(Path.GetDirectoryName(file)!);
            while (twice is [string suffix, ..])
            {
                // What was moved has no old name any more: a file that has it now is a new state's.
                File.Delete(file + suffix);
                twice.RemoveAt(0);
            }

            FileFlush.FlushFolder(Path.GetDirectoryName(file)!);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw made ? MoveBack(file, aside, moved, twice, e) : Failure(file, e, "Everything is where it was. See that this user may write the folder.");
        }

        TurnFile.DeleteIfUnused(file);
        return aside;
    }

    /// <summary>Gives what was moved its old names again, as far as that is possible.</summary>
    /// <param name="file">The database.</param>
    /// <param name="aside">The folder that was made for it.</param>
    /// <param name="moved">What has a name there, by its suffix.</param>
    /// <param name="twice">What of it has its old name still.</param>
    /// <param name="cause">Why it could not be moved.</param>
    /// <returns>What to throw.</returns>
    internal static StateStorageException MoveBack(string file, string aside, IReadOnlyList<string> moved, IReadOnlyList<string> twice, Exception cause)
    {
        if (moved.Contains("") && !twice.Contains("") && File.Exists(file))
        {
            // To it the old log must not come back, nor may it cost the old state.
            return Failure(file, cause, $"Another state was made in its place meanwhile, and stays there; what was moved of the damaged one is in {aside}.");
        }

        List<string> left = [];
        string? problem = null;
        foreach (string suffix in moved)
        {
            string name = Path.Combine(aside, StoreSchema.FileName + suffix);
            try
            {
                if (twice.Contains(suffix))
                {
                    File.Delete(name);
                }
                else
                {
                    File.Move(name, file + suffix);
                }
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                left.Add(Path.GetFileName(name));
                problem ??= IoReason.Of(e);
            }
        }

        if (problem is not null)
        {
            return Failure(
                file, cause,
                $"Not all of it could be moved back ({problem}): before anything opens that state, move {string.Join(", ", left)} from {aside} to {Path.GetDirectoryName(file)} "
                + "where it is missing there.");
        }

        try
        {
            Directory.Delete(aside);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Nothing of the state is in it.
        }

        return Failure(file, cause, "Everything is where it was. See that this user may write the folder.");
    }

    private static StateStorageException Failure(string file, Exception cause, string hint) =>
        new($"The damaged state in {file} could not be moved aside: {IoReason.Of(cause)}.", hint, cause);

    // If this process dies halfway, a new database beside an old log would make SQLite delete the log: it must have its other name by then.
    // False if the file could only be moved, and has that name alone.
    private static bool GiveSecondName(string file, string name)
    {
        if (!OperatingSystem.IsWindows() && Link(file, name) == 0)
        {
            return true;
        }

        File.Move(file, name);
        return false;
    }

    [LibraryImport("libc", EntryPoint = "link", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Link(string from, string to);
}
