using LlmSpell.Testing.Processes;
using Xunit;

namespace LlmSpell.Testing;

/// <summary>A real file system in a file, mounted for one test: what nobody flushed is not in the file, as after a power loss.</summary>
public sealed class LosableDisk : IDisposable
{
    private readonly string _image;

    /// <summary>Makes and mounts it; skips the test where that is not permitted.</summary>
    /// <param name="folder">Where; must not be there yet. Its image lies beside it.</param>
    public LosableDisk(string folder)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "needs a loop device of Linux");
        _image = folder + ".image";
        Path = folder;
        using (FileStream image = new(_image, FileMode.CreateNew))
        {
            image.SetLength(96 << 20);
        }

        Assert.SkipUnless(SystemTool.Run("mkfs.ext4", "-q", _image) == 0, "needs mkfs.ext4");
        Mount();
    }

    private LosableDisk(string folder, string image)
    {
        _image = image;
        Path = folder;
        Mount();
    }

    public string Path { get; }

    /// <summary>The disk as it would be found if the power failed now. This one goes on.</summary>
    /// <param name="folder">Where to mount that; must not be there yet.</param>
    public LosableDisk LosePower(string folder)
    {
        File.Copy(_image, folder + ".image");
        return new LosableDisk(folder, folder + ".image");
    }

    public void Dispose()
    {
        Assert.Equal(0, SystemTool.Run("umount", Path));
        File.Delete(_image);
    }

    // Without its own commits of the file system, which would be all but a flush of the test's.
    private void Mount()
    {
        Directory.CreateDirectory(Path);
        Assert.SkipUnless(SystemTool.Run("mount", "-o", "loop,commit=300", _image, Path) == 0, "needs the right to mount a file system (root)");
    }
}
