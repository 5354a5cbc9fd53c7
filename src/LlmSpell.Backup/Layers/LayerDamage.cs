using System.Security.Cryptography;

namespace LlmSpell.Backup;

/// <summary>The checks of a layer's files as a whole, against what the manifest says of them.</summary>
internal static class LayerDamage
{
    private const int ChunkBytes = 1 << 20;
    private const string Missing = "is missing";

    /// <param name="path">The file's path, for the message.</param>
    /// <param name="found">Its length; null if it is missing.</param>
    /// <param name="expected">The length that the manifest says.</param>
    /// <returns>Null if all is well.</returns>
    internal static BackupDamagedException? OfLength(string path, long? found, long expected)
    {
        return found is null ? new BackupDamagedException(path, Missing)
            : found != expected ? new BackupDamagedException(path, $"is {found} bytes long, expected {expected}")
            : null;
    }

    internal static BackupDamagedException? OfSha256(string path, string found, string expected) =>
        found == expected ? null : new BackupDamagedException(path, $"has the SHA-256 {found}, expected {expected}");

    /// <summary>All bytes of an index, checked by their SHA-256.</summary>
    /// <exception cref="BackupDamagedException">They are not what the manifest says, or cannot be read.</exception>
    internal static async Task<byte[]> ReadIndexAsync(IRepositoryStorage storage, ManifestLayer layer, CancellationToken cancellationToken)
    {
        string path = RepositoryPaths.LayerIndex(layer.Id);
        IRepositoryFile file = await CheckedFile.OpenAsync(storage, path, cancellationToken).ConfigureAwait(false)
            ?? throw new BackupDamagedException(path, Missing);
        await using (file.ConfigureAwait(false))
        {
            if (OfLength(path, file.Length, layer.IndexBytes) is { } damage)
            {
                throw damage;
            }

            byte[] bytes = new byte[layer.IndexBytes];
            int read = await file.ReadAsync(0, bytes, cancellationToken).ConfigureAwait(false);
            BackupDamagedException? problem = OfLength(path, read, bytes.Length)
                ?? OfSha256(path, Convert.ToHexStringLower(SHA256.HashData(bytes)), layer.IndexSha256);
            return problem is null ? bytes : throw problem;
        }
    }

    /// <summary>The SHA-256 of a whole file, 64 lower-case hexadecimal digits.</summary>
    /// <param name="file">The file.</param>
    /// <param name="meter">Counts its bytes.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    internal static async Task<string> HashAsync(IRepositoryFile file, ProgressMeter? meter, CancellationToken cancellationToken)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        byte[] chunk = new byte[ChunkBytes];
        for (long offset = 0; ;)
        {
            int read = await file.ReadAsync(offset, chunk, cancellationToken).ConfigureAwait(false);
            hash.AppendData(chunk, 0, read);
            offset += read;
            meter?.Add(0, read);
            if (read < chunk.Length)
            {
                return Convert.ToHexStringLower(hash.GetHashAndReset());
            }
        }
    }
}
