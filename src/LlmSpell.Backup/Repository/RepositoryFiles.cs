namespace LlmSpell.Backup;

/// <summary>Reads and writes whole small files of a repository.</summary>
internal static class RepositoryFiles
{
    /// <summary>All bytes of a sealed file; null if there is none.</summary>
    /// <exception cref="BackupDamagedException">It is longer than such a file can be, or cannot be read.</exception>
    /// <exception cref="State.StateStorageException">Nothing can be read there.</exception>
    internal static async Task<byte[]?> ReadAsync(IRepositoryStorage storage, string path, CancellationToken cancellationToken)
    {
        IRepositoryFile? file = await CheckedFile.OpenAsync(storage, path, cancellationToken).ConfigureAwait(false);
        if (file is null)
        {
            return null;
        }

        await using (file.ConfigureAwait(false))
        {
            if (file.Length > SealedJson.MaxBytes)
            {
                throw new BackupDamagedException(path, $"is {file.Length} bytes long; the most is {SealedJson.MaxBytes}");
            }

            byte[] bytes = new byte[file.Length];
            int read = await file.ReadAsync(0, bytes, cancellationToken).ConfigureAwait(false);
            return read == bytes.Length ? bytes : bytes[..read];
        }
    }

    /// <summary>Puts a whole file that must not be there yet; it is durable afterwards.</summary>
    internal static async Task PutAsync(IRepositoryStorage storage, string path, ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        IRepositoryUpload upload = await storage.BeginPutAsync(path, cancellationToken).ConfigureAwait(false);
        await using (upload.ConfigureAwait(false))
        {
            await upload.WriteAsync(bytes, cancellationToken).ConfigureAwait(false);
            await upload.CompleteAsync(cancellationToken).ConfigureAwait(false);
        }
    }
}
