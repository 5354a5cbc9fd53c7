using LlmSpell.State;

namespace LlmSpell.Backup;

/// <summary>
/// Before backups are given up, the one that is to stand in for them is read: an undamaged manifest and files of the right size
/// do not make a good backup. Where only manifests go whose layers others hold too, what it shares with them need not be read: if that is damaged,
/// they are damaged as well.
/// </summary>
internal sealed class KnownGoodSearch(BackupRepository repository, Func<RetentionSource, KnownGood, RetentionPlan> makePlan)
{
    internal async Task<KnownGood> RunAsync(StoreId store, CancellationToken cancellationToken)
    {
        using IDisposable layers = await repository.LockLayersSharedAsync(cancellationToken).ConfigureAwait(false);
        RetentionSource source = await RetentionSource.ReadAsync(repository, store, cancellationToken).ConfigureAwait(false);
        HashSet<ManifestLayer> read = [];
        List<BackupId> damaged = [];
        KnownGood known = new(read, damaged, null);
        while (true)
        {
            RetentionPlan plan = makePlan(source, known);
            if (known.Covers(plan, source) || known.Newest(source) is not { } candidate)
            {
                return known;
            }

            if (await FindDamageAsync(source.LayersToRead(plan, candidate), read, cancellationToken).ConfigureAwait(false) is { } damage)
            {
                damaged.Add(candidate.Id);
                known = known with { FirstDamage = known.FirstDamage ?? damage };
            }
        }
    }

    private async Task<BackupDamagedException?> FindDamageAsync(
        IEnumerable<ManifestLayer> layers, HashSet<ManifestLayer> read, CancellationToken cancellationToken)
    {
        BackupDamagedException? first = null;
        foreach (ManifestLayer layer in layers.Where(layer => !read.Contains(layer)))
        {
            if (await LayerVerifier.VerifyBytesAsync(repository.Storage, layer, damage => first ??= damage, cancellationToken).ConfigureAwait(false))
            {
                read.Add(layer);
            }
        }

        return first;
    }
}
