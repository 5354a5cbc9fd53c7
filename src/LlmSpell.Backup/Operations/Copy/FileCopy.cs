using System.Security.Cryptography;
using LlmSpell.State;

namespace LlmSpell.Backup;

/// <summary>Brings single files from one repository to another: what arrives under its name is what the manifest promises.</summary>
internal sealed class FileCopy(IRepositoryStorage source, IRepositoryStorage target, ProgressMeter? meter)
{
    private const int ChunkBytes = 1 << 20;

    /// <summary>How many files were copied.</summary>
    internal int Files { get; private set; }

    /// <summary>How many bytes they have.</summary>
    internal long Bytes { get; private set; }

    /// <summary>Copies a file unless it is there already; then it is read there instead.</summary>
    /// <param name="path">The file's path, here and there.</param>
    /// <param name="length">The length that the manifest says.</param>
    /// <param name="sha256">The SHA-256 that the manifest says.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="BackupDamagedException">The file is not what was written, here or there.</exception>
    /// <exception cref="StateStorageException">The other repository cannot be written to.</exception>
    internal async Task EnsureAsync(string path, long length, string sha256, CancellationToken cancellationToken)
    {
        if (await IsThereAsync(path, length, sha256, cancellationToken).ConfigureAwait(false))
        {
            return;
        }

        try
        {
            await CopyAsync(path, length, sha256, cancellationToken).ConfigureAwait(false);
        }
        catch (StateConflictException)
        {
            // Somebody else has copied it meanwhile.
            if (!await IsThereAsync(path, length, sha256, cancellationToken).ConfigureAwait(false))
            {
                throw;
            }
        }
    }

    private async Task<bool> IsThereAsync(string path, long length, string sha256, CancellationToken cancellationToken)
    {
        try
        {
            IRepositoryFile? file = await CheckedFile.OpenAsync(target, path, cancellationToken).ConfigureAwait(false);
            if (file is null)
            {
                return false;
            }

            await using (file.ConfigureAwait(false))
            {
                BackupDamagedException? damage = LayerDamage.OfLength(path, file.Length, length)
                    ?? LayerDamage.OfSha256(path, await LayerDamage.HashAsync(file, meter, cancellationToken).ConfigureAwait(false), sha256);
                return damage is null ? true : throw damage;
            }
        }
        catch (BackupDamagedException damage)
        {
            throw new BackupDamagedException(
                path,
                $"{damage.Problem}, in {target.Location}",
                hint: "Run `llmspell repository repair` there, then copy again. Where that finds nothing, no backup there needs the file: `llmspell backup cleanup` removes it.",
                inner: damage);
        }
    }

    private async Task CopyAsync(string path, long length, string sha256, CancellationToken cancellationToken)
    {
        IRepositoryFile file = await OpenAsync(path, length, cancellationToken).ConfigureAwait(false);
        await using (file.ConfigureAwait(false))
        {
            IRepositoryUpload upload = await target.BeginPutAsync(path, cancellationToken).ConfigureAwait(false);
            await using (upload.ConfigureAwait(false))
            {
                using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
                byte[] chunk = new byte[ChunkBytes];
                long copied = 0;
                while (copied < length)
                {
                    int read = await ReadAsync(file, path, copied, chunk, cancellationToken).ConfigureAwait(false);
                    hash.AppendData(chunk, 0, read);
                    await upload.WriteAsync(chunk.AsMemory(0, read), cancellationToken).ConfigureAwait(false);
                    copied += read;
                    meter?.Add(0, read);
                }

                if (LayerDamage.OfSha256(path, Convert.ToHexStringLower(hash.GetHashAndReset()), sha256) is { } damage)
                {
                    throw damage;
                }

                await upload.CompleteAsync(cancellationToken).ConfigureAwait(false);
                Files++;
                Bytes += length;
            }
        }
    }

    // What cannot be read here keeps this backup from being copied, and not the others.
    private async Task<IRepositoryFile> OpenAsync(string path, long length, CancellationToken cancellationToken)
    {
        IRepositoryFile? file;
        try
        {
            file = await source.OpenAsync(path, cancellationToken).ConfigureAwait(false);
        }
        catch (StateStorageException e) when (CheckedFile.IsOfFile(e))
        {
            throw CheckedFile.CannotRead(path, e);
        }

        if (LayerDamage.OfLength(path, file?.Length, length) is { } damage)
        {
            if (file is not null)
            {
                await file.DisposeAsync().ConfigureAwait(false);
            }

            throw damage;
        }

        return file!;
    }

    private static async Task<int> ReadAsync(
        IRepositoryFile file, string path, long offset, byte[] chunk, CancellationToken cancellationToken)
    {
        try
        {
            int read = await file.ReadAsync(offset, chunk, cancellationToken).ConfigureAwait(false);
            return read > 0 ? read : throw new BackupDamagedException(path, $"ends at byte {offset}");
        }
        catch (StateStorageException e) when (CheckedFile.IsOfFile(e))
        {
            throw CheckedFile.CannotRead(path, e);
        }
    }
}
