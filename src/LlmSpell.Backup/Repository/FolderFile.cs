using Microsoft.Win32.SafeHandles;

namespace LlmSpell.Backup;

/// <summary>A file of a repository in a folder, open for reading. Thread-safe.</summary>
internal sealed class FolderFile : IRepositoryFile
{
    private readonly SafeFileHandle? _handle;
    private readonly string _path;

    private FolderFile(SafeFileHandle? handle, string path)
    {
        _handle = handle;
        _path = path;
        Length = handle is null ? 0 : RandomAccess.GetLength(handle);
    }

    public long Length { get; }

    internal static FolderFile? TryOpen(string path)
    {
        try
        {
            // A named pipe has no length either, and whoever opens one waits until somebody writes into it.
            if (new FileInfo(path) is { Exists: true, Length: 0 })
            {
                return new FolderFile(null, path);
            }

#pragma warning disable RS0030 // Opened for reading only.
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
            throw FileFailure.OfReading($"cannot read {path}", e);
        }
    }

    // On the caller's thread: an asynchronous read of a file only waits on another thread of the pool, which costs more than it gains.
    public ValueTask<int> ReadAsync(long offset, Memory<byte> destination, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            return ValueTask.FromCanceled<int>(cancellationToken);
        }

        if (_handle is null)
        {
            return ValueTask.FromResult(0);
        }

        int total = 0;
        try
        {
            while (total < destination.Length)
            {
                int read = RandomAccess.Read(_handle, destination.Span[total..], offset + total);
                if (read == 0)
                {
                    break;
                }

                total += read;
            }
        }
        catch (Exception e) when (FileFailure.IsFileSystem(e))
        {
            return ValueTask.FromException<int>(FileFailure.OfReading($"cannot read {_path}", e));
        }

        return ValueTask.FromResult(total);
    }

    public ValueTask DisposeAsync()
    {
        _handle?.Dispose();
        return ValueTask.CompletedTask;
    }
}
