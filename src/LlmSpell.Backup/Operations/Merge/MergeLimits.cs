namespace LlmSpell.Backup;

/// <summary>When layers are merged, and how. Immutable. Tests set tighter ones, so that little data merges often.</summary>
internal sealed record MergeLimits
{
    internal static MergeLimits Default { get; } = new();

    /// <summary>The most layers that a new backup has; at least 2.</summary>
    internal int MaxLayers
    {
        get;
        init => field = value >= 2
            ? value
            : throw new ArgumentOutOfRangeException(nameof(value), value, "A base and the changes on it are two layers.");
    } = 16;

    /// <summary>Changes up to this many bytes before compression never count as too many, however small the base is; default one block.</summary>
    internal long NegligibleBytes { get; init; } = LayerLimits.MaxBlockBytes;

    /// <summary>How many bytes of older layers may be read, however few were changed, to find out what a merge would leave; default two blocks.</summary>
    internal long AffordableBytes { get; init; } = 2 * LayerLimits.MaxBlockBytes;

    /// <summary>
    /// Only a block of at least this length before compression is copied as it is stored: so layers that are merged again and again
    /// do not crumble into small blocks. Default a quarter of a full block.
    /// </summary>
    internal int MinCopiedBytes { get; init; } = LayerLimits.MaxBlockBytes / 4;
}
