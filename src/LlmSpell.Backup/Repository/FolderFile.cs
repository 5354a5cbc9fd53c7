using Microsoft.Win32.SafeHandles;

namespace LlmSpell.Backup;

/// <summary>A file of a repository in a folder, open for reading. Thread-safe.</summary>
internal sealed class FolderFile : IRepositoryFile
{
    private readonly SafeFileHandle _handle;
    private readonly string _path;

    private FolderFile(SafeFileHandle handle, string path)
    {
        _handle = handle;
        _path = path;
        Length = RandomAccess.GetLength(handle);
    }

    public long Length { get; }

    internal static FolderFile? TryOpen(string path)
    {
        try
        {
#pragma warning disable RS0030 // Opened for reading only; sharing everything takes no lock.
            SafeFileHandle handle = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
#pragma warning restore RS0030
            try
            {
                return new FolderFile(handle, path);
            }
            catch
            {
                handle.Dispose();
                throw;
            }
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
        catch (Exception e) when (FileFailure.IsFileSystem(e) || e is NotSupportedException)
        {
            throw FileFailure.Of($"cannot read {path}", e);
        }
    }

    public async ValueTask<int> ReadAsync(long offset, Memory<byte> destination, CancellationToken cancellationToken)
    {
        int total = 0;
        try
        {
            while (total < destination.Length)
            {
                int read = await RandomAccess.ReadAsync(_handle, destination[total..], offset + total, cancellationToken).ConfigureAwait(false);
                if (read == 0)
                {
                    break;
                }

                total += read;
            }
        }
        catch (Exception e) when (FileFailure.IsFileSystem(e))
        {
            throw FileFailure.Of($"cannot read {_path}", e);
        }

        return total;
    }

    public ValueTask DisposeAsync()
    {
        _handle.Dispose();
        return ValueTask.CompletedTask;
    }
}
