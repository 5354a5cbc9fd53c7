namespace LlmSpell.Backup;

/// <summary>A written layer that waits for its proof. Disposing it before it is complete leaves nothing behind.</summary>
internal sealed class PendingLayer(LayerWriter writer) : IAsyncDisposable
{
    /// <summary>What its entries add up to.</summary>
    internal StateSum Sum => writer.Sum;

    /// <summary>Makes the layer durable; null if it has no records, and so needs no file.</summary>
    internal async Task<ManifestLayer?> CompleteAsync(BackupId id, CancellationToken cancellationToken) =>
        writer.Records == 0 ? null : await writer.CompleteAsync(id, cancellationToken).ConfigureAwait(false);

    public ValueTask DisposeAsync() => writer.DisposeAsync();
}
