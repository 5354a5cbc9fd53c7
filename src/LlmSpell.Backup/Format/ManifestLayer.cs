namespace LlmSpell.Backup;

/// <summary>What a manifest says of one of its layers; with it every byte of the layer can be checked. Immutable.</summary>
public sealed record ManifestLayer
{
    /// <summary>The layer's id.</summary>
    public required LayerId Id { get; init; }

    /// <summary>The backup that wrote it.</summary>
    public required BackupId CreatedBy { get; init; }

    /// <summary>How its blocks are compressed.</summary>
    public required LayerCodec Codec { get; init; }

    /// <summary>The length of the data file, in bytes.</summary>
    public required long DataBytes { get; init; }

    /// <summary>The SHA-256 of the data file, 64 lower-case hexadecimal digits.</summary>
    public required string DataSha256 { get; init; }

    /// <summary>The length of the index file, in bytes.</summary>
    public required long IndexBytes { get; init; }

    /// <summary>The SHA-256 of the index file, 64 lower-case hexadecimal digits.</summary>
    public required string IndexSha256 { get; init; }

    /// <summary>The length of the records before compression, in bytes.</summary>
    public required long RawBytes { get; init; }

    /// <summary>How many records it has, tombstones included.</summary>
    public required long Records { get; init; }

    /// <summary>How many of them are tombstones.</summary>
    public required long Tombstones { get; init; }

    /// <summary>How many blocks it has.</summary>
    public required int Blocks { get; init; }
}
