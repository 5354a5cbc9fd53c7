using System.Globalization;
using LlmSpell.Backup;
using LlmSpell.State;
using Microsoft.Win32.SafeHandles;

namespace LlmSpell.Cli.Commands.Doctor.Machine;

/// <summary>The machine that this process runs on.</summary>
internal sealed class LocalMachine : IMachine
{
    private const string OpenFiles = "Max open files";
    private const int LockAttempts = 5;

    public uint? User => OperatingSystem.IsWindows() ? null : UnixCalls.EffectiveUser();

    public long? OpenFileLimit
    {
        get
        {
            if (!OperatingSystem.IsLinux())
            {
                return null;
            }

            // "Max open files            1024                 524288               files": soft, then hard.
            string? line = File.ReadLines("/proc/self/limits").FirstOrDefault(static line => line.StartsWith(OpenFiles, StringComparison.Ordinal));
            string? soft = line?[OpenFiles.Length..].Split(' ', StringSplitOptions.RemoveEmptyEntries).FirstOrDefault();
            return long.TryParse(soft, NumberStyles.None, CultureInfo.InvariantCulture, out long limit) ? limit : null;
        }
    }

    public FileSystemFacts FileSystemOf(string folder)
    {
        var drive = new DriveInfo(folder);
        return new FileSystemFacts(drive.DriveFormat, drive.AvailableFreeSpace, OperatingSystem.IsLinux() ? UnixCalls.FreeFiles(folder) : null);
    }

    public FileFacts? FileOf(string path) => OperatingSystem.IsLinux() ? UnixCalls.FileOf(path) : null;

    // A sweep of the repository takes the file for one that somebody left unfinished. If it deletes it between the two handles, they are of two files,
    // and the second is not kept out; that does not happen each time.
    public LockFacts TryLocks(string folder)
    {
        LockFacts locks = TryLocksOnce(folder);
        for (int attempt = 1; attempt < LockAttempts && !(locks.WholeFile && locks.Range != false); attempt++)
        {
            locks = TryLocksOnce(folder);
        }

        return locks;
    }

    private static LockFacts TryLocksOnce(string folder)
    {
        string file = Path.Combine(folder, RepositoryPaths.TemporaryName(Guid.NewGuid()));
        try
        {
            return new LockFacts(TryWholeFile(file), OperatingSystem.IsLinux() ? TryRange(file) : null);
        }
        finally
        {
            File.Delete(file);
        }
    }

    private static bool TryWholeFile(string file)
    {
        try
        {
            using IDisposable? taken = FileLock.TryTake(file, exclusive: true);
            return taken is not null;
        }
        catch (StateUnsupportedException)
        {
            return false;
        }
        catch (StateStorageException refusal)
        {
            throw new IOException(refusal.Message, refusal);
        }
    }

    private static bool? TryRange(string file)
    {
        using SafeFileHandle first = Open(file);
        using SafeFileHandle second = Open(file);
        return UnixCalls.TryLockRange(first) is { } taken ? taken && UnixCalls.TryLockRange(second) == false : null;
    }

    private static SafeFileHandle Open(string file)
    {
#pragma warning disable RS0030 // Nothing is ever written to it.
        return File.OpenHandle(file, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
#pragma warning restore RS0030
    }
}
