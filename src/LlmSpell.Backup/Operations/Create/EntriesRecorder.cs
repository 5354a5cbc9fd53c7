using LlmSpell.State;

namespace LlmSpell.Backup;

/// <summary>Writes every entry of a snapshot into a layer.</summary>
internal sealed class EntriesRecorder(IStateSnapshot snapshot)
{
    internal void Write(LayerWriter writer, CancellationToken cancellationToken)
    {
        using IEntryCursor cursor = snapshot.Scan(KeyRange.All);
        while (cursor.MoveNext())
        {
            cancellationToken.ThrowIfCancellationRequested();
            writer.AddEntry(cursor.Scope, cursor.Key, cursor.ModifiedAt, cursor.Value);
        }
    }
}
