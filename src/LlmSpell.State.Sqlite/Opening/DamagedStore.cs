using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using LlmSpell.State.Files;
using LlmSpell.State.Sqlite.Files;
using LlmSpell.State.Sqlite.Schema;
using LlmSpell.State.Sqlite.Waiting;

namespace LlmSpell.State.Sqlite.Opening;

/// <summary>Puts the files of a damaged store aside, whole, so that a new one can be made in their place and nothing of the old is lost.</summary>
internal static unsafe partial class DamagedStore
{
    private static readonly string[] Suffixes = ["", "-wal", "-shm", "-journal"];

    /// <summary>Moves the files into a new folder beside them. This process must have closed the store.</summary>
    /// <param name="folder">The store's folder.</param>
    /// <param name="clock">Gives the new folder its name.</param>
    /// <returns>The new folder.</returns>
    /// <exception cref="StateBusyException">Another process has the store open.</exception>
    /// <exception cref="StateStorageException">A file could not be moved; all are where they were.</exception>
    internal static string MoveAside(string folder, TimeProvider clock)
    {
        string file = StoreFile.In(folder);
        string[] present = [.. Suffixes.Where(suffix => File.Exists(file + suffix))];
        string aside = Path.Combine(
            Path.GetDirectoryName(file)!,
            string.Create(CultureInfo.InvariantCulture, $"damaged-{clock.GetUtcNow():yyyyMMdd'T'HHmmss'Z'}"));
        List<string> moved = [];
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
                GiveSecondName(file + suffix, Path.Combine(aside, StoreSchema.FileName + suffix));
                moved.Add(suffix);
            }

            // The new folder has a name that lasts before the old names go.
            FileFlush.FlushFolder(aside);
            FileFlush.FlushFolder(Path.GetDirectoryName(file)!);
            foreach (string suffix in present)
            {
                File.Delete(file + suffix);
            }

            FileFlush.FlushFolder(Path.GetDirectoryName(file)!);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            if (made)
            {
                MoveBack(file, aside, moved);
            }

            throw new StateStorageException(
                $"The damaged state in {file} could not be moved aside: {e.Message.TrimEnd('.')}.", "Everything is where it was. See that this user may write the folder.", e);
        }

        TurnFile.DeleteIfUnused(file);
        return aside;
    }

    // If this process dies halfway, a new database beside an old log would make SQLite delete the log: it must have its other name by then.
    private static void GiveSecondName(string file, string name)
    {
        if (OperatingSystem.IsWindows() || Link(ZeroTerminated(file), ZeroTerminated(name)) != 0)
        {
            File.Move(file, name);
        }
    }

    private static void MoveBack(string file, string aside, List<string> moved)
    {
        foreach (string suffix in moved)
        {
            string name = Path.Combine(aside, StoreSchema.FileName + suffix);
            if (File.Exists(file + suffix))
            {
                File.Delete(name);
            }
            else
            {
                File.Move(name, file + suffix);
            }
        }

        Directory.Delete(aside);
    }

    private static byte[] ZeroTerminated(string path) => Encoding.UTF8.GetBytes(path + '\0');

    private static int Link(byte[] from, byte[] to)
    {
        fixed (byte* old = from, name = to)
        {
            return link(old, name);
        }
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial int link(byte* from, byte* to);
}
