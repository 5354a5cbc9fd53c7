namespace LlmSpell.Backup;

/// <summary>Takes blocks at even distances from all that are offered, by their bytes. Not thread-safe.</summary>
/// <param name="all">The bytes of all blocks that will be offered.</param>
/// <param name="budget">How many bytes to take, about; at least one block is taken.</param>
/// <param name="phase">Where between 0 and 1 to begin, so that one sample is not like the other.</param>
internal sealed class BlockSample(long all, long budget, double phase)
{
    private readonly double _distance = budget >= all ? 0 : (double)all / Math.Max(1, budget / LayerLimits.MaxBlockBytes);
    private long _offered;
    private long _marks;

    /// <summary>Takes none.</summary>
    internal static BlockSample None { get; } = new(long.MaxValue, 0, 0) { IsEmpty = true };

    /// <summary>Whether it takes every block.</summary>
    internal bool IsWhole => _distance == 0 && !IsEmpty;

    private bool IsEmpty { get; init; }

    internal bool Takes(long bytes)
    {
        if (IsEmpty || IsWhole)
        {
            return IsWhole;
        }

        _offered += bytes;
        bool takes = false;
        while ((_marks + phase) * _distance < _offered)
        {
            _marks++;
            takes = true;
        }

        return takes;
    }
}
