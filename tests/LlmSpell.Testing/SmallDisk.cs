using System.Globalization;
using LlmSpell.Testing.Processes;
using Xunit;

namespace LlmSpell.Testing;

/// <summary>A real file system of a few megabytes in memory, mounted for one test, which can be filled to the last byte.</summary>
public sealed class SmallDisk : IDisposable
{
    private readonly string _filler;

    /// <summary>Mounts it; skips the test where that is not permitted.</summary>
    /// <param name="folder">Where; must not be there yet.</param>
    /// <param name="megabytes">Its size.</param>
    public SmallDisk(string folder, int megabytes = 2)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "needs a tmpfs of Linux");
        Path = folder;
        _filler = System.IO.Path.Combine(folder, "filler");
        Directory.CreateDirectory(folder);
        int code = SystemTool.Run("mount", "-t", "tmpfs", "-o", string.Create(CultureInfo.InvariantCulture, $"size={megabytes}m,mode=700"), "tmpfs", folder);
        Assert.SkipUnless(code == 0, "needs the right to mount a file system (root)");
    }

    public string Path { get; }

    public long FreeBytes => new DriveInfo(Path).AvailableFreeSpace;

    /// <summary>Leaves no byte free.</summary>
    public void Fill()
    {
        using FileStream filler = new(_filler, FileMode.Append, FileAccess.Write, FileShare.None, bufferSize: 0);
        byte[] block = new byte[4096];
        try
        {
            while (true)
            {
                filler.Write(block);
            }
        }
        catch (IOException)
        {
            Assert.Equal(0, FreeBytes);
        }
    }

    /// <summary>Frees what <see cref="Fill"/> took.</summary>
    public void Empty() => File.Delete(_filler);

    public void Dispose() => Assert.Equal(0, SystemTool.Run("umount", Path));
}
