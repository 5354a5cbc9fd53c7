using System.Runtime.InteropServices;
using System.Text;
using LlmSpell.Lua.Limits;
using LlmSpell.Lua.Native;
using LlmSpell.Lua.Streams;

namespace LlmSpell.Lua.Files;

/// <summary>Opens files for scripts.</summary>
internal sealed unsafe class FileOpener(ScriptStop stop, DescriptorWait wait)
{
    private static readonly TimeSpan RetryInterval = TimeSpan.FromMilliseconds(20);

    /// <param name="path">The name, followed by NUL.</param>
    /// <param name="mode">How.</param>
    /// <exception cref="IOException">It cannot be opened.</exception>
    internal Stream Open(ReadOnlySpan<byte> path, OpenMode mode)
    {
        if (OperatingSystem.IsWindows())
        {
            return OpenOnWindows(Encoding.UTF8.GetString(path), mode);
        }

        fixed (byte* name = &MemoryMarshal.GetReference(path))
        {
            while (true)
            {
                // Without waiting: a named pipe that nobody reads would hold the script, and no stop could end that.
                int descriptor = Posix.Open(name, mode.Flags | OpenFlags.NonBlocking);
                if (descriptor >= 0)
                {
                    if (mode.Flags.HasFlag(OpenFlags.Append) && mode.Access == FileAccess.Write)
                    {
                        // As C's libraries do, so that file:seek() tells how long the file is; what cannot seek stays as it is.
                        _ = Posix.Seek(descriptor, 0, (int)SeekOrigin.End);
                    }

                    return new FileDescriptorStream(descriptor, wait);
                }

                IOException failure = Posix.LastError();
                bool retry = failure.HResult == Posix.Interrupted
                    || (failure.HResult == Posix.NoSuchDeviceOrReader && mode.Access == FileAccess.Write && Posix.IsNamedPipe(name));
                if (!retry)
                {
                    throw failure;
                }

                if (stop.Token.WaitHandle.WaitOne(RetryInterval))
                {
                    throw Posix.Error(Posix.Interrupted);
                }
            }
        }
    }

    /// <summary>A file without a name, which goes when it is closed.</summary>
    internal Stream OpenTemporary()
    {
        if (OperatingSystem.IsWindows())
        {
            return new FileStream(
                Path.GetTempFileName(), FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite, 0, FileOptions.DeleteOnClose);
        }

        int descriptor = MakeTemporary(out byte[] name);
        fixed (byte* path = name)
        {
            _ = Posix.Remove(path);
        }

        return new FileDescriptorStream(descriptor, wait);
    }

    /// <summary>Makes an empty file in the folder for temporary files and opens it.</summary>
    /// <param name="name">Its name, followed by NUL.</param>
    internal static int MakeTemporary(out byte[] name)
    {
        name = [.. Encoding.UTF8.GetBytes(Path.Combine(Path.GetTempPath(), "lua_XXXXXX")), 0];
        int descriptor = Posix.MakeTemporary(name);
        return descriptor >= 0 ? descriptor : throw Posix.LastError();
    }

    private static FileStream OpenOnWindows(string path, OpenMode mode)
    {
        FileMode create = mode.Flags.HasFlag(OpenFlags.Truncate) ? FileMode.Create
            : mode.Flags.HasFlag(OpenFlags.Append) ? FileMode.OpenOrCreate
            : FileMode.Open;
        try
        {
            FileStream stream = new(path, create, mode.Access, FileShare.ReadWrite | FileShare.Delete, 0, FileOptions.None);
            if (mode.Flags.HasFlag(OpenFlags.Append))
            {
                stream.Seek(0, SeekOrigin.End);
            }

            return stream;
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new IOException("No such file or directory", 2);
        }
        catch (UnauthorizedAccessException)
        {
            throw new IOException("Permission denied", 13);
        }
    }
}
