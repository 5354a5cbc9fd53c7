using LlmSpell.State;

namespace LlmSpell.Backup;

/// <summary>
/// Writes what changed since the parent into a layer, and adds it to what the parent adds up to. Each change carries the hash of
/// the entry it replaced, so the sum is right only if the store really stood where the parent says.
/// </summary>
internal sealed class ChangesRecorder(IStateSnapshot snapshot, StateVersion since, BackupManifest parent)
{
    private StateSum _sum = StateSum.Of(parent);

    internal StateSum Sum => _sum;

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
                ReadOnlySpan<byte> value = cursor.Value;
                _sum.Add(EntryHash.Of(cursor.Scope, cursor.Key, value));
                writer.AddEntry(cursor.Scope, cursor.Key, cursor.ModifiedAt, value);
            }
            else if (existed)
            {
                writer.AddTombstone(cursor.Scope, cursor.Key, cursor.ModifiedAt);
            }
        }
    }
}
