using System.Buffers;
using System.Text;
using LlmSpell.State;

namespace LlmSpell.Backup;

/// <summary>
/// What holds of every manifest, written or read: limits that keep arithmetic and memory safe, and numbers that must agree.
/// </summary>
internal static class ManifestLimits
{
    internal const int MaxLayers = 64;
    internal const int MaxDescriptionBytes = 65_536;
    internal const int MaxReasonBytes = 4_096;
    internal const int MaxToolBytes = 256;
    internal const int MaxLabels = 256;
    internal const int MaxLabelNameBytes = 256;
    internal const int MaxLabelValueBytes = 4_096;
    internal const int MaxVersionLength = 64;

    /// <summary>2^53 - 1: exact in every JSON reader.</summary>
    internal const long MaxNumber = (1L << 53) - 1;

    /// <summary>9999-12-31T23:59:59.999999Z, the last moment that .NET can tell.</summary>
    internal const long MaxMoment = UnixTime.Last;

    private static readonly SearchValues<char> HexDigits = SearchValues.Create("0123456789abcdef");

    /// <summary>What is wrong with a manifest, as the rest of a sentence, or null.</summary>
    internal static string? Problem(BackupManifest manifest) =>
        ProblemOfNumbers(manifest) ?? ProblemOfTexts(manifest) ?? ProblemOfParent(manifest) ?? ProblemOfLayers(manifest);

    private static string? ProblemOfNumbers(BackupManifest manifest) =>
        Outside("ordinal", manifest.Ordinal, 1, MaxNumber)
        ?? Outside("entries", manifest.Entries, 0, MaxNumber)
        ?? Outside("created_at", manifest.CreatedAt, 0, MaxMoment)
        ?? Outside("duration", manifest.Duration, 0, MaxMoment);

    private static string? ProblemOfTexts(BackupManifest manifest)
    {
        string version = manifest.Version.Token ?? "";
        return NoId("store", manifest.Store.Value)
            ?? NoId("lineage", manifest.Lineage.Value)
            ?? (version.Length is 0 or > MaxVersionLength || version.AsSpan().ContainsAnyExceptInRange(' ', '~')
                ? $"has the version \"{version}\", expected 1 to {MaxVersionLength} printable ASCII characters" : null)
            ?? TooLong("description", manifest.Description, MaxDescriptionBytes)
            ?? TooLong("reason", manifest.Reason ?? "", MaxReasonBytes)
            ?? TooLong("tool", manifest.Tool, MaxToolBytes)
            ?? (manifest.Labels.Count > MaxLabels ? $"has {manifest.Labels.Count} labels; the most is {MaxLabels}" : null)
            ?? manifest.Labels
                .Select(static label => TooLong("name of a label", label.Key, MaxLabelNameBytes)
                    ?? TooLong($"label {label.Key}", label.Value, MaxLabelValueBytes))
                .FirstOrDefault(static problem => problem is not null);
    }

    private static string? ProblemOfParent(BackupManifest manifest) => manifest.Kind switch
    {
        BackupKind.Full when manifest.Parent is not null => $"is full and yet names a parent, {manifest.Parent}",
        BackupKind.Incremental when manifest.Parent is null => "is incremental and names no parent",
        BackupKind.Incremental when manifest.Parent == manifest.Id => "names itself as its parent",
        _ => null,
    };

    private static string? ProblemOfLayers(BackupManifest manifest)
    {
        IReadOnlyList<ManifestLayer> layers = manifest.Layers;
        if (layers.Count > MaxLayers)
        {
            return $"names {layers.Count} layers; the most is {MaxLayers}";
        }

        HashSet<LayerId> ids = [];
        foreach (ManifestLayer layer in layers)
        {
            if (ProblemOf(layer) is { } problem)
            {
                return $"says of layer {layer.Id} that it {problem}";
            }

            if (!ids.Add(layer.Id))
            {
                return $"names layer {layer.Id} twice";
            }
        }

        if (layers.Count > 0 && layers[0].Tombstones > 0)
        {
            return $"names {layers[0].Id} as its first layer, which holds {layers[0].Tombstones} tombstones; the first holds none";
        }

        long puts = layers.Sum(static layer => layer.Records - layer.Tombstones);
        bool agree = layers.Count <= 1 ? manifest.Entries == puts : manifest.Entries <= puts;
        if (!agree)
        {
            return $"says it has {manifest.Entries} entries, but its layers hold {puts}";
        }

        return manifest.Entries == 0 && manifest.Fingerprint != Fingerprint.Empty
            ? $"says it has no entries, and yet that they add up to {manifest.Fingerprint}"
            : null;
    }

    private static string? ProblemOf(ManifestLayer layer) =>
        Outside("data_bytes", layer.DataBytes, 1, LayerLimits.MaxLayerBytes)
        ?? Outside("index_bytes", layer.IndexBytes, 1, LayerLimits.MaxIndexBytes)
        ?? Outside("raw_bytes", layer.RawBytes, LayerLimits.MinRecordBytes, LayerLimits.MaxLayerBytes)
        ?? Outside("records", layer.Records, 1, layer.RawBytes / LayerLimits.MinRecordBytes)
        ?? Outside("tombstones", layer.Tombstones, 0, layer.Records)
        ?? Outside("blocks", layer.Blocks, 1, Math.Min(layer.Records, LayerLimits.MaxBlocks))
        ?? NoSha256("data_sha256", layer.DataSha256)
        ?? NoSha256("index_sha256", layer.IndexSha256)
        ?? (layer.Codec == LayerCodec.None && layer.DataBytes != layer.RawBytes
            ? $"is not compressed and yet has {layer.DataBytes} bytes of data for {layer.RawBytes} bytes of records" : null);

    private static string? Outside(string name, long value, long min, long max) =>
        value < min || value > max ? $"has {name} {value}, expected {min} to {max}" : null;

    private static string? TooLong(string name, string? text, int maxBytes)
    {
        return text is null ? $"has no {name}"
            : Encoding.UTF8.GetByteCount(text) > maxBytes ? $"has a {name} of over {maxBytes} bytes of UTF-8"
            : null;
    }

    private static string? NoId(string name, string? text) =>
        IsHex(text, 32) ? null : $"has the {name} \"{text}\", expected 32 lower-case hexadecimal digits";

    private static string? NoSha256(string name, string? text) =>
        IsHex(text, 64) ? null : $"has the {name} \"{text}\", expected 64 lower-case hexadecimal digits";

    internal static bool IsHex(string? text, int digits) =>
        text is not null && text.Length == digits && !text.AsSpan().ContainsAnyExcept(HexDigits);
}
