using LlmSpell.State;

namespace LlmSpell.Backup;

/// <summary>Writes every entry of a snapshot into a layer, and adds them up.</summary>
internal sealed class EntriesRecorder(IStateSnapshot snapshot)
{
    private StateSum _sum;

    internal StateSum Sum => _sum;

    internal void Write(LayerWriter writer, CancellationToken cancellationToken)
    {
        using IEntryCursor cursor = snapshot.Scan(KeyRange.All);
        while (cursor.MoveNext())
        {
            cancellationToken.ThrowIfCancellationRequested();
            ReadOnlySpan<byte> value = cursor.Value;
            // Hashed anew, not taken from the store: the proof must see the bytes that go into the backup.
            _sum.Add(EntryHash.Of(cursor.Scope, cursor.Key, value));
            writer.AddEntry(cursor.Scope, cursor.Key, cursor.ModifiedAt, value);
        }
    }
}
