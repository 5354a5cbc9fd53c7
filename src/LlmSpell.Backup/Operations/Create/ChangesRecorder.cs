using LlmSpell.State;

namespace LlmSpell.Backup;

/// <summary>
/// Writes what changed since the parent into a layer, and takes what that replaced from what the parent adds up to. Each change carries
/// the hash of the entry it replaced, so the sum is right only if the store really stood where the parent says.
/// </summary>
internal sealed class ChangesRecorder(IStateSnapshot snapshot, StateVersion since, BackupManifest parent)
{
    private StateSum _sum = StateSum.Of(parent);

    /// <summary>What the parent adds up to without what was replaced since; with the layer's entries it must be the snapshot's.</summary>
    internal StateSum Unchanged => _sum;

    internal void Write(LayerWriter writer, CancellationToken cancellationToken)
    {
        using IChangeCursor cursor = snapshot.ChangesSince(since);
        while (cursor.MoveNext())
        {
            cancellationToken.ThrowIfCancellationRequested();
            bool existed = cursor.Replaced != EntryHash.None;
            if (existed)
            {
                _sum.Remove(cursor.Replaced);
            }

            if (!cursor.IsTombstone)
            {
                writer.AddEntry(cursor.Scope, cursor.Key, cursor.ModifiedAt, cursor.Value);
            }
            else if (existed)
            {
                writer.AddTombstone(cursor.Scope, cursor.Key, cursor.ModifiedAt);
            }
        }
    }
}
