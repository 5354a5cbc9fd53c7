using LlmSpell.State;

namespace LlmSpell.Backup;

/// <summary>
/// Carries a <see cref="RepairPlan"/> out. Nothing is deleted: what is damaged keeps its path below a folder of its own. If it stops half
/// way, the next repair goes on from there.
/// </summary>
internal sealed class RepairOperation(IRepositoryStorage storage, TimeProvider clock)
{
    /// <summary>The caller holds both locks, exclusively, and has since before the plan was made.</summary>
    /// <returns>The folder into which files were moved; null if none were.</returns>
    internal async Task<string?> RunAsync(RepairPlan plan, CancellationToken cancellationToken)
    {
        // Named as backups are: the moment for people, and random characters, so that nothing that was moved before is in the way.
        string folder = BackupId.New(clock.GetUtcNow()).Value;
        Dictionary<string, ManifestLayer> indexes = plan.Indexes.ToDictionary(static layer => RepositoryPaths.LayerIndex(layer.Id));
        HashSet<string> made = [];
        foreach (MovedFile move in plan.Moves)
        {
            // What is made again is at hand before what is in its place goes: an index must not be missing for nothing.
            byte[]? replacement = indexes.TryGetValue(move.File, out ManifestLayer? layer) ? await RebuildAsync(layer, cancellationToken).ConfigureAwait(false)
                : move.File == RepositoryPaths.Descriptor ? NewDescriptor()
                : null;
            await storage.MoveAsync(move.File, RepositoryPaths.SetAside(folder, move.File), cancellationToken).ConfigureAwait(false);
            if (replacement is not null)
            {
                await RepositoryFiles.PutAsync(storage, move.File, replacement, cancellationToken).ConfigureAwait(false);
                made.Add(move.File);
            }
        }

        // What was missing needs no move.
        if (plan.MakesDescriptor && !made.Contains(RepositoryPaths.Descriptor))
        {
            await RepositoryFiles.PutAsync(storage, RepositoryPaths.Descriptor, NewDescriptor(), cancellationToken).ConfigureAwait(false);
        }

        foreach ((string path, ManifestLayer layer) in indexes.Where(index => !made.Contains(index.Key)))
        {
            byte[] bytes = await RebuildAsync(layer, cancellationToken).ConfigureAwait(false);
            await RepositoryFiles.PutAsync(storage, path, bytes, cancellationToken).ConfigureAwait(false);
        }

        return plan.Moves.Count > 0 ? $"{RepositoryPaths.Damaged}/{folder}" : null;
    }

    private byte[] NewDescriptor() => RepositoryDescriptor.New(UnixTime.Microseconds(clock)).ToBytes();

    private async Task<byte[]> RebuildAsync(ManifestLayer layer, CancellationToken cancellationToken) =>
        await IndexRebuild.TryRunAsync(storage, layer, cancellationToken).ConfigureAwait(false) ?? throw new BackupDamagedException(
            RepositoryPaths.LayerData(layer.Id, layer.Codec), "was whole a moment ago and is not any more", hint: "Look at the disk, then run the repair again.");
}
