using System.Globalization;
using LlmSpell.State.RocksDb.Errors;
using LlmSpell.State.RocksDb.Files;

namespace LlmSpell.State.RocksDb.Durability;

/// <summary>How much there was of RocksDB's manifest, which only grows until a new one with a higher number takes its place.</summary>
/// <param name="Number">Which manifest; 0: none.</param>
/// <param name="Length">In bytes.</param>
internal readonly record struct ManifestLength(long Number, long Length)
{
    private const string Beginning = "MANIFEST-";

    /// <summary>The manifest that CURRENT names.</summary>
    /// <exception cref="StateCorruptException">There is none.</exception>
    internal static ManifestLength Of(StorePaths paths)
    {
        string current = Path.Combine(paths.Database, "CURRENT");
        if (!File.Exists(current))
        {
            throw RocksDbErrors.Corrupt($"The state in {paths.Root} is damaged: {current} is not there.");
        }

        // .NET takes NULs after the digits of a number for nothing, but not in a path.
        string name = ReadName(current);
        if (!name.StartsWith(Beginning, StringComparison.Ordinal)
            || name.Contains('\0', StringComparison.Ordinal)
            || !long.TryParse(name.AsSpan(Beginning.Length), NumberStyles.None, CultureInfo.InvariantCulture, out long number))
        {
            throw RocksDbErrors.Corrupt($"The state in {paths.Root} is damaged: {current} does not name a manifest.");
        }

        FileInfo manifest = new(Path.Combine(paths.Database, name));
        return manifest.Exists
            ? new ManifestLength(number, manifest.Length)
            : throw RocksDbErrors.Corrupt($"The state in {paths.Root} is damaged: {manifest.FullName}, which {current} names, is not there.");
    }

    /// <summary>The manifest's file.</summary>
    internal string FileIn(StorePaths paths) =>
        Path.Combine(paths.Database, string.Create(CultureInfo.InvariantCulture, $"{Beginning}{Number:d6}"));

    /// <summary>Checks the manifest's records, up to the length that there was before as whole ones.</summary>
    /// <exception cref="StateCorruptException">A record is not as it was written.</exception>
    internal void CheckRecords(ManifestLength before, StorePaths paths) =>
        JournalCheck.Run(FileIn(paths), Number == before.Number ? before.Length : 0);

    /// <summary>Throws if something is missing of what there was.</summary>
    internal void Require(ManifestLength before, StorePaths paths)
    {
        if (Number < before.Number || (Number == before.Number && Length < before.Length))
        {
            throw RocksDbErrors.Corrupt(string.Create(
                CultureInfo.InvariantCulture,
                $"The state in {paths.Root} is damaged: {FileIn(paths)} has {Length} bytes, but there were {before.Length} of {Beginning}{before.Number:d6}."));
        }
    }

    private static string ReadName(string current)
    {
        const int MaxBytes = 100;
        using FileStream stream = File.OpenRead(current);
        byte[] bytes = new byte[MaxBytes];
        int length = stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
        return System.Text.Encoding.UTF8.GetString(bytes, 0, length).TrimEnd('\n');
    }
}
