using LlmSpell.State;

namespace LlmSpell.Backup;

/// <summary>A snapshot that was read into a layer and proved. Immutable.</summary>
/// <param name="Id">The backup's id.</param>
/// <param name="Moment">When the snapshot was taken.</param>
/// <param name="Status">What the store said of itself then.</param>
/// <param name="Plan">What was read.</param>
/// <param name="Layer">The layer that was written; null if there was nothing to write.</param>
internal sealed record RecordedSnapshot(BackupId Id, DateTimeOffset Moment, StoreStatus Status, CreatePlan Plan, ManifestLayer? Layer)
{
    /// <summary>The layers that together are the snapshot, oldest first.</summary>
    internal IReadOnlyList<ManifestLayer> Layers { get; } =
        Layer is null ? Plan.Parent?.Layers ?? [] : [.. Plan.Parent?.Layers ?? [], Layer];
}
