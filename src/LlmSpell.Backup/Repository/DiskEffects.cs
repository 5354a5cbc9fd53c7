using LlmSpell.State.Files;
using Microsoft.Win32.SafeHandles;

namespace LlmSpell.Backup;

/// <summary>The file system itself.</summary>
internal sealed class DiskEffects : IFileEffects
{
    private DiskEffects()
    {
    }

    internal static DiskEffects Instance { get; } = new();

    public SafeFileHandle Create(string path) =>
#pragma warning disable RS0030 // PublishedFile, to which the ban points, writes through this.
        File.OpenHandle(path, FileMode.CreateNew, FileAccess.Write, FileShare.None);
#pragma warning restore RS0030

    public void Write(SafeFileHandle file, ReadOnlySpan<byte> bytes, long offset) => RandomAccess.Write(file, bytes, offset);

    public void Flush(SafeFileHandle file) => FileFlush.Flush(file);

    public bool TryRename(string from, string to) => NativeFiles.TryRename(from, to);

    public void Delete(string path) => File.Delete(path);

    public void CreateFolder(string path) => Directory.CreateDirectory(path);

    public void FlushFolder(string path) => NativeFiles.FlushFolder(path);
}
