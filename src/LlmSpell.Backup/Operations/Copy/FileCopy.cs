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
    /// <exception cref="StateStorageException">Nothing can be read here, or the other repository cannot be written to.</exception>
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
        // What cannot be read here keeps this backup from being copied, and not the others.
        IRepositoryFile file = (await CheckedFile.OpenAsync(source, path, length, static damage => throw damage, cancellationToken).ConfigureAwait(false))!;
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
                    int read = await file.ReadAsync(copied, chunk, cancellationToken).ConfigureAwait(false);
                    if (read == 0)
                    {
                        throw new BackupDamagedException(path, $"ends at byte {copied}");
                    }

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
}
