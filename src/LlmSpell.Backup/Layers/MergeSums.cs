namespace LlmSpell.Backup;

/// <summary>The account of a merge, each part of it counted in a place of its own. Immutable.</summary>
/// <param name="Read">All records of all merged layers, added up when their blocks were loaded.</param>
/// <param name="LeftOut">The records that a newer layer's overrode, and the tombstones that delete nothing any more.</param>
/// <param name="Written">The records of the new layer, added up when they were written.</param>
/// <param name="CopiedBlocks">How many blocks were copied as they were stored.</param>
internal sealed record MergeSums(RecordSum Read, RecordSum LeftOut, RecordSum Written, int CopiedBlocks)
{
    /// <summary>Whether every record that was read was either written or left out.</summary>
    internal bool Balance => Read == LeftOut.With(Written);
}
