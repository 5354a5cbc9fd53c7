namespace LlmSpell.Backup;

/// <summary>
/// Some records that follow each other in one block, all of them the newest of their keys. Valid until the next step of what it came from.
/// </summary>
/// <param name="Block">The block.</param>
/// <param name="Start">The first of them.</param>
/// <param name="Count">How many, at least 1; tombstones count.</param>
internal readonly record struct LayerRun(LoadedBlock Block, int Start, int Count)
{
    /// <summary>What its entries add up to; the block was loaded to be added up.</summary>
    internal StateSum Sum => Count == Block.Records.Length ? Block.Sum : Block.SumOf(Start, Count);
}
