namespace LlmSpell.Backup;

/// <summary>How the blocks of a layer are compressed.</summary>
public enum LayerCodec
{
    /// <summary>Not at all: <c>.msgpack</c>.</summary>
    None,

    /// <summary>One zstd frame a block (RFC 8878): <c>.msgpack.zst</c>.</summary>
    Zstd,

    /// <summary>One LZ4 frame a block (LZ4 frame format 1.6): <c>.msgpack.lz4</c>.</summary>
    Lz4,
}
