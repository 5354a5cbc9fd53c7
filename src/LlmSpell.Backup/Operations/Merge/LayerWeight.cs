namespace LlmSpell.Backup;

/// <summary>What records take, before compression and as they are stored.</summary>
/// <param name="Raw">Bytes before compression.</param>
/// <param name="Stored">Bytes in the file; of a part of a block, its share of the block.</param>
internal readonly record struct LayerWeight(long Raw, long Stored)
{
    public static LayerWeight operator +(LayerWeight one, LayerWeight other) => new(one.Raw + other.Raw, one.Stored + other.Stored);

    public static LayerWeight operator -(LayerWeight one, LayerWeight other) => new(one.Raw - other.Raw, one.Stored - other.Stored);

    internal static LayerWeight Of(IEnumerable<ManifestLayer> layers) =>
        layers.Aggregate(default(LayerWeight), static (sum, layer) => sum + new LayerWeight(layer.RawBytes, layer.DataBytes));

    internal static LayerWeight Of(in BlockEntry block) => new(block.RawLength, block.Length);

    /// <summary>A part of a block.</summary>
    internal static LayerWeight Of(in BlockEntry block, long raw) => new(raw, block.Length * raw / block.RawLength);

    /// <summary>As much of one thing as this is of another.</summary>
    internal LayerWeight Scaled(LayerWeight from, LayerWeight to) => new(Scaled(Raw, from.Raw, to.Raw), Scaled(Stored, from.Stored, to.Stored));

    /// <summary>Whether so much is beyond both a floor and a part of something else, by one measure or the other.</summary>
    internal bool Exceeds(LayerWeight other, int part, long floor) =>
        (Raw > floor && Raw > other.Raw / part) || (Stored > floor && Stored > other.Stored / part);

    private static long Scaled(long part, long from, long to) => from == 0 ? 0 : (long)((Int128)part * to / from);
}
