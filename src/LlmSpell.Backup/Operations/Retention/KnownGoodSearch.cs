using LlmSpell.State;

namespace LlmSpell.Backup;

/// <summary>
/// Before backups are given up, the one that is to stand in for them is read: an undamaged manifest and files of the right size
/// do not make a good backup. What it shares with all of them need not be read: if that is damaged, they are damaged as well.
/// </summary>
internal sealed class KnownGoodSearch(BackupRepository repository, Func<RetentionSource, KnownGood, RetentionPlan> makePlan)
{
    private readonly HashSet<ManifestLayer> _read = [];

    // Most backups that have one of these have it from their parents.
    private readonly Dictionary<ManifestLayer, BackupDamagedException> _damages = [];

    internal async Task<KnownGood> RunAsync(StoreId store, CancellationToken cancellationToken)
    {
        using IDisposable layers = await repository.LockLayersSharedAsync(cancellationToken).ConfigureAwait(false);
        RetentionSource source = await RetentionSource.ReadAsync(repository, store, cancellationToken).ConfigureAwait(false);
        List<BackupId> damaged = [];
        KnownGood known = new(_read, damaged, null);
        while (true)
        {
            RetentionPlan plan = makePlan(source, known);
            if (known.Covers(plan, source) || known.StandIn(plan, source) is not { } candidate)
            {
                return known;
            }

            if (await FindDamageAsync(source.LayersToRead(plan, candidate), cancellationToken).ConfigureAwait(false) is { } damage)
            {
                damaged.Add(candidate.Id);
                known = known with { FirstDamage = known.FirstDamage ?? damage };
            }
        }
    }

    private async Task<BackupDamagedException?> FindDamageAsync(IEnumerable<ManifestLayer> layers, CancellationToken cancellationToken)
    {
        foreach (ManifestLayer layer in layers.Where(layer => !_read.Contains(layer)))
        {
            if (_damages.TryGetValue(layer, out BackupDamagedException? damage))
            {
                return damage;
            }

            if (!await LayerVerifier.VerifyBytesAsync(repository.Storage, layer, found => damage ??= found, cancellationToken).ConfigureAwait(false))
            {
                _damages.Add(layer, damage!);
                return damage;
            }

            _read.Add(layer);
        }

        return null;
    }
}
