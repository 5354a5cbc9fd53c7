using LlmSpell.State;
using Microsoft.Win32.SafeHandles;

namespace LlmSpell.Backup;

/// <summary>
/// The kernel's lock on a file, which ends with its owner. .NET takes it from the sharing mode of a handle, silently not at all on
/// file systems that have none: so every lock is tried out with a second handle before it is believed.
/// </summary>
internal static class FileLock
{
    /// <summary>What a reader holds where nobody can lock anything.</summary>
    internal static IDisposable None { get; } = new Unlocked();

    private enum Attempt
    {
        Taken,
        Held,
        Refused,
    }

    /// <returns>Null if somebody holds a lock that forbids it.</returns>
    /// <exception cref="StateUnsupportedException">Locks do not work on this file system.</exception>
    /// <exception cref="StateStorageException">The lock file cannot be opened.</exception>
    internal static IDisposable? TryTake(string path, bool exclusive)
    {
        Attempt attempt = Try(path, exclusive, out SafeFileHandle? handle, out Exception? refusal);
        if (attempt == Attempt.Refused)
        {
            // Whoever cannot write here cannot make the lock file either, and only reads: nothing can be swept away by
            // us, and whoever sweeps can make the file. What it deletes under our hands we find by the hashes.
            string failed = $"cannot lock {path}";
            return exclusive ? throw FileFailure.Of(failed, refusal!)
                : !File.Exists(path) && FileFailure.IsReadOnly(refusal!) ? None
                : throw FileFailure.OfReading(failed, refusal!);
        }

        if (attempt == Attempt.Held)
        {
            return null;
        }

        Attempt second = Try(path, !exclusive, out SafeFileHandle? intruder, out _);
        if (second != Attempt.Taken)
        {
            return handle;
        }

        intruder!.Dispose();
        handle!.Dispose();
        throw new StateUnsupportedException(
            $"{Path.GetDirectoryName(path)} is on a file system whose locks do not work, so backups there could destroy each other",
            "Choose a backup_dir on a local disk, and unset DOTNET_SYSTEM_IO_DISABLEFILELOCKING if it is set.");
    }

    private static Attempt Try(string path, bool exclusive, out SafeFileHandle? handle, out Exception? refusal)
    {
        handle = null;
        refusal = null;
        try
        {
            handle = exclusive
                ? Open(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None)
                : OpenShared(path);
            return Attempt.Taken;
        }
        catch (IOException e) when (FileFailure.IsHeldByOther(e))
        {
            return Attempt.Held;
        }
        catch (Exception e) when (FileFailure.IsFileSystem(e))
        {
            refusal = e;
            return Attempt.Refused;
        }
    }

    private static SafeFileHandle OpenShared(string path)
    {
        try
        {
            return Open(path, FileMode.Open, FileAccess.Read, FileShare.Read);
        }
        catch (FileNotFoundException)
        {
            return Open(path, FileMode.OpenOrCreate, FileAccess.Read, FileShare.Read);
        }
    }

    // An exclusive lock on a network file system needs a handle that may write.
    private static SafeFileHandle Open(string path, FileMode mode, FileAccess access, FileShare share)
    {
#pragma warning disable RS0030 // A lock file is never written to.
        return File.OpenHandle(path, mode, access, share);
#pragma warning restore RS0030
    }

    private sealed class Unlocked : IDisposable
    {
        public void Dispose()
        {
        }
    }
}
