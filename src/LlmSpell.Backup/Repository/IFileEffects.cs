using Microsoft.Win32.SafeHandles;

namespace LlmSpell.Backup;

/// <summary>
/// All that a repository in a folder changes in the file system, in the steps that a power loss can come between. Beside the disk's own,
/// tests have one that records them. Throws what the file system throws.
/// </summary>
internal interface IFileEffects
{
    /// <summary>Makes a file that must not be there yet, and opens it for writing.</summary>
    SafeFileHandle Create(string path);

    void Write(SafeFileHandle file, ReadOnlySpan<byte> bytes, long offset);

    /// <summary>Makes what was written into a file survive a power loss; its name needs <see cref="FlushFolder"/>.</summary>
    void Flush(SafeFileHandle file);

    /// <summary>Gives a file another name, in its folder or another one.</summary>
    /// <returns>False if that name is taken; then nothing was done.</returns>
    bool TryRename(string from, string to);

    /// <summary>Deletes a file; one that is not there is no error.</summary>
    void Delete(string path);

    void CreateFolder(string path);

    /// <summary>Makes the names in a folder survive a power loss: new ones, and that deleted ones are gone.</summary>
    void FlushFolder(string path);
}
