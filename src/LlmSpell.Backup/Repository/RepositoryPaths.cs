using System.Buffers;
using System.Globalization;

namespace LlmSpell.Backup;

/// <summary>Where each file of a repository lies. The only place that makes paths, and only from ids that were checked.</summary>
internal static class RepositoryPaths
{
    internal const string Root = "";
    internal const string Descriptor = "repository.json";
    internal const string Manifests = "manifests";
    internal const string Layers = "layers";
    internal const string Pins = "pins";
    internal const string Validations = "validations";

    /// <summary>
    /// Where a repair puts what is damaged. Nothing in it belongs to the repository any more: it is never read, counted or swept. Only the names of
    /// <see cref="OrdinalsGiven"/> are looked at.
    /// </summary>
    internal const string Damaged = "damaged";

    /// <summary>The files by which processes keep out of each other's way; they have no content.</summary>
    internal static readonly IReadOnlyList<string> Locks = ["lock", "publish.lock"];

    /// <summary>Every folder that can hold files of the repository.</summary>
    internal static readonly IReadOnlyList<string> Folders = [Root, Manifests, Layers, Pins, Validations];

    /// <summary>The start of the names of files that are still being written; what is left of them is rubbish.</summary>
    internal const string TemporaryPrefix = ".tmp-";

    // damaged, the repair's own folder, and a path as it was.
    private const int MaxPartsSetAside = 4;

    private const int TemporaryDigits = 32;
    private const string Json = ".json";
    private const string IndexExtension = ".index";

    private static readonly LayerCodec[] Codecs = [LayerCodec.None, LayerCodec.Zstd, LayerCodec.Lz4];
    private static readonly SearchValues<char> NameCharacters = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789-.");
    private static readonly SearchValues<char> HexDigits = SearchValues.Create("0123456789abcdef");

    internal static string Manifest(BackupId id) => $"{Manifests}/{id.Value}{Json}";

    internal static string Pin(BackupId id) => $"{Pins}/{id.Value}{Json}";

    internal static string LayerData(LayerId id, LayerCodec codec) => $"{Layers}/{id.Value}{Extension(codec)}";

    internal static string LayerIndex(LayerId id) => $"{Layers}/{id.Value}{IndexExtension}";

    /// <summary>Both files of a layer: its data, then its index.</summary>
    internal static string[] LayerFiles(LayerId id, LayerCodec codec) => [LayerData(id, codec), LayerIndex(id)];

    /// <summary>Both files of each of these layers.</summary>
    internal static IEnumerable<string> LayerFiles(IEnumerable<ManifestLayer> layers) =>
        layers.SelectMany(static layer => LayerFiles(layer.Id, layer.Codec));

    /// <summary>The backup that a file of the manifests' or pins' folder is about; false if it is not a file of ours.</summary>
    internal static bool TryParseBackup(string path, out BackupId id)
    {
        string name = NameOf(path);
        id = default;
        return name.EndsWith(Json, StringComparison.Ordinal) && BackupId.TryParse(name[..^Json.Length], out id);
    }

    /// <param name="id">The backup that was validated.</param>
    /// <param name="number">Which of its validations, from 1.</param>
    internal static string Validation(BackupId id, long number) => string.Create(CultureInfo.InvariantCulture, $"{Validations}/{id.Value}.{number}{Json}");

    /// <summary>The backup and the number of a remembered validation; false if the file has another name.</summary>
    internal static bool TryParseValidation(string path, out BackupId id, out long number)
    {
        string name = NameOf(path);
        int dot = name.IndexOf('.', StringComparison.Ordinal);
        id = default;
        number = 0;
        return dot > 0
            && name.EndsWith(Json, StringComparison.Ordinal)
            && name.Length > dot + 1 + Json.Length
            && BackupId.TryParse(name[..dot], out id)
            && long.TryParse(name.AsSpan(dot + 1, name.Length - dot - 1 - Json.Length), NumberStyles.None, CultureInfo.InvariantCulture, out number)
            && number is >= 1 and <= ManifestLimits.MaxNumber
            && Validation(id, number) == path;
    }

    /// <summary>Where a repair puts a file.</summary>
    /// <param name="repair">The repair's own folder, of characters as in ids.</param>
    /// <param name="path">The file's path in the repository.</param>
    internal static string SetAside(string repair, string path) => $"{Damaged}/{repair}/{path}";

    /// <summary>The empty file by which a repair says up to where ordinals have been given; its folder need not be listed for that, nor what it moved be read.</summary>
    /// <param name="repair">The repair's own folder, named as backups are.</param>
    /// <param name="number">The highest ordinal that may have been given.</param>
    internal static string OrdinalsGiven(BackupId repair, long number) => string.Create(CultureInfo.InvariantCulture, $"{Damaged}/{repair.Value}.{number}");

    /// <summary>The number of such a file; false if the file has another name.</summary>
    internal static bool TryParseOrdinalsGiven(string path, out long number)
    {
        string name = NameOf(path);
        int dot = name.IndexOf('.', StringComparison.Ordinal);
        number = 0;
        return dot > 0
            && BackupId.TryParse(name[..dot], out BackupId repair)
            && long.TryParse(name.AsSpan(dot + 1), NumberStyles.None, CultureInfo.InvariantCulture, out number)
            && number is >= 1 and <= ManifestLimits.MaxNumber
            && OrdinalsGiven(repair, number) == path;
    }

    /// <summary>Whether a file has the name of a layer's data or index.</summary>
    internal static bool IsLayerFile(string path)
    {
        string name = NameOf(path);
        int dot = name.IndexOf('.', StringComparison.Ordinal);
        if (dot < 0 || !LayerId.TryParse(name[..dot], out _))
        {
            return false;
        }

        string extension = name[dot..];
        return extension == IndexExtension || Codecs.Any(codec => extension == Extension(codec));
    }

    internal static bool IsTemporary(string path)
    {
        string name = NameOf(path);
        return name.Length == TemporaryPrefix.Length + TemporaryDigits
            && name.StartsWith(TemporaryPrefix, StringComparison.Ordinal)
            && !name.AsSpan(TemporaryPrefix.Length).ContainsAnyExcept(HexDigits);
    }

    internal static string TemporaryName(Guid unique) => TemporaryPrefix + unique.ToString("N");

    /// <summary>Refuses a path that could leave the repository, whoever made it.</summary>
    internal static void Check(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        string[] parts = path.Split('/');
        if (parts.Length > (parts[0] == Damaged ? MaxPartsSetAside : 2) || parts.Any(static part => !IsName(part)))
        {
            throw new ArgumentException($"\"{path}\" is not the path of a file in a repository.", nameof(path));
        }
    }

    /// <summary>The folder of a path; empty for a file at the root.</summary>
    internal static string FolderOf(string path) => path[..Math.Max(0, path.IndexOf('/', StringComparison.Ordinal))];

    internal static string NameOf(string path) => path[(path.IndexOf('/', StringComparison.Ordinal) + 1)..];

    private static string Extension(LayerCodec codec) => codec switch
    {
        LayerCodec.None => ".msgpack",
        LayerCodec.Zstd => ".msgpack.zst",
        LayerCodec.Lz4 => ".msgpack.lz4",
        _ => throw new ArgumentOutOfRangeException(nameof(codec), codec, "This codec is not known."),
    };

    private static bool IsName(string part) =>
        part.AsSpan().ContainsAnyExcept('.') && !part.AsSpan().ContainsAnyExcept(NameCharacters);
}
