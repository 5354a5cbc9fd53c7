using LlmSpell.State;

namespace LlmSpell.Backup;

/// <summary>
/// Before layers are given up, the backup that is to stand in for them is read: an undamaged manifest and files of the right size
/// do not make a good backup. Where only manifests go whose layers others hold too, nothing is lost and nothing is read.
/// </summary>
internal sealed class KnownGoodSearch(BackupRepository repository, Func<RetentionSource, KnownGood, RetentionPlan> makePlan)
{
    internal async Task<KnownGood> RunAsync(StoreId store, CancellationToken cancellationToken)
    {
        using IDisposable layers = await repository.LockLayersSharedAsync(cancellationToken).ConfigureAwait(false);
        RetentionSource source = await RetentionSource.ReadAsync(repository, store, cancellationToken).ConfigureAwait(false);
        List<BackupId> damaged = [];
        BackupDamagedException? first = null;
        while (true)
        {
            KnownGood known = new(null, damaged, first);
            if (!source.LosesLayers(makePlan(source, known)) || known.Newest(source) is not { } candidate)
            {
                return known;
            }

            if (await FindDamageAsync(candidate.Manifest, cancellationToken).ConfigureAwait(false) is not { } damage)
            {
                return known with { Whole = candidate.Id };
            }

            damaged.Add(candidate.Id);
            first ??= damage;
        }
    }

    private async Task<BackupDamagedException?> FindDamageAsync(BackupManifest manifest, CancellationToken cancellationToken)
    {
        BackupDamagedException? first = null;
        foreach (ManifestLayer layer in manifest.Layers)
        {
            await LayerVerifier.VerifyBytesAsync(repository.Storage, layer, damage => first ??= damage, cancellationToken).ConfigureAwait(false);
        }

        return first;
    }
}
