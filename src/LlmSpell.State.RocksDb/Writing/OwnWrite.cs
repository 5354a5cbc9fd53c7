namespace LlmSpell.State.RocksDb.Writing;

/// <summary>What a transaction wrote last under a key.</summary>
/// <param name="Offset">Where it begins in the batch; 0 for a deletion, since a batch begins with a header.</param>
/// <param name="Length">Its length in bytes, what stands before the value included.</param>
/// <param name="Hash">The entry's hash.</param>
internal readonly record struct OwnWrite(long Offset, int Length, EntryHash Hash)
{
    internal bool IsDeleted => Offset == 0;
}
