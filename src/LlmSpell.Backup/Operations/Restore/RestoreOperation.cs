using LlmSpell.State;

namespace LlmSpell.Backup;

/// <summary>
/// Replaces the whole state by a backup's. Everything that can be known to fail fails before the write lock is taken; from then
/// until the switch any failure leaves the present state as it was.
/// </summary>
internal sealed class RestoreOperation(BackupRepository repository, BackupOptions options)
{
    /// <summary>The caller holds the lock on the layers, shared.</summary>
    internal async Task<RestoreResult> RunAsync(StateStore store, BackupId id, RestoreRequest request, CancellationToken cancellationToken)
    {
        BackupSummary backup = await repository.FindAsync(id, cancellationToken).ConfigureAwait(false);
        SafetyBackup safety = new(repository, options, request);
        if (!request.Selection.TakesAll)
        {
            return await new PartialRestore(repository, options).RunAsync(store, backup, request, safety, cancellationToken).ConfigureAwait(false);
        }

        await RefuseDamagedAsync(backup.Manifest, cancellationToken).ConfigureAwait(false);
        using IStateReplacement replacement = store.BeginReplacement(cancellationToken);
        StoreStatus present = replacement.Present;
        // A store with a past keeps its id: its own backups, and those that undo this restore, are found by it.
        bool adopts = request.AdoptsStore && !await safety.HasPastAsync(present, cancellationToken).ConfigureAwait(false);
        BackupSummary? before = IsWhatIsThere(store, present, backup.Manifest, cancellationToken)
            ? null
            : await safety.TakeIfNeededAsync(store, present, id, backup.Manifest.Layers, cancellationToken).ConfigureAwait(false);
        try
        {
            await LoadAsync(backup.Manifest, replacement, cancellationToken).ConfigureAwait(false);
            StateSum loaded = new(replacement.Fingerprint, replacement.Entries);
            if (loaded != StateSum.Of(backup.Manifest))
            {
                throw NotWhatItSays(backup.Manifest, loaded);
            }

            // The last word to whoever watches: an exception from there must not look as if the state were as it was.
            options.Meter?.End();
            cancellationToken.ThrowIfCancellationRequested();
        }
        catch (Exception e) when (SafetyBackup.IsNotNeededAfter(e))
        {
            await safety.WithdrawAsync().ConfigureAwait(false);
            throw;
        }

        replacement.Commit(id.Value, adopts ? backup.Manifest.Store : null);
        store.Flush();
        return new RestoreResult(backup, before, present.Entries);
    }

    /// <summary>Whether the state is the backup's already, so that nothing is lost; read, since its own records may not know what another tool changed.</summary>
    private static bool IsWhatIsThere(StateStore store, StoreStatus present, BackupManifest manifest, CancellationToken cancellationToken)
    {
        if (StateSum.Of(present) != StateSum.Of(manifest))
        {
            return false;
        }

        using IStateSnapshot snapshot = store.OpenSnapshot();
        return StateSum.OfContent(snapshot, cancellationToken) == StateSum.Of(manifest);
    }

    private async Task RefuseDamagedAsync(BackupManifest manifest, CancellationToken cancellationToken)
    {
        options.Meter?.Begin(BackupStage.Hashing, totalBytes: manifest.Layers.Sum(static layer => layer.DataBytes));
        List<BackupDamagedException> damage = [];
        foreach (ManifestLayer layer in manifest.Layers)
        {
            await LayerVerifier.VerifyBytesAsync(repository.Storage, layer, damage.Add, options.Meter, cancellationToken).ConfigureAwait(false);
        }

        RefuseDamaged(manifest, damage);
    }

    /// <exception cref="BackupDamagedException">There is damage; the first is named.</exception>
    internal static void RefuseDamaged(BackupManifest manifest, IReadOnlyList<BackupDamagedException> damage)
    {
        if (damage.Count > 0)
        {
            throw new BackupDamagedException(
                damage[0].File,
                $"{damage[0].Problem}; the backup {manifest.Id} was not restored, the state is as it was",
                damage[0].Block,
                $"`llmspell backup validate {manifest.Id}` names all that is damaged; `llmspell backup list` shows the other backups.",
                damage[0]);
        }
    }

    private async Task LoadAsync(BackupManifest manifest, IStateReplacement replacement, CancellationToken cancellationToken)
    {
        options.Meter?.Begin(
            BackupStage.Restoring, manifest.Layers.Sum(static layer => layer.Records), manifest.Layers.Sum(static layer => layer.RawBytes));
        await using MergedLayers merged =
            await MergedLayers.OpenAsync(repository.Storage, manifest.Layers, addUp: true, cancellationToken).ConfigureAwait(false);
        merged.Meter = options.Meter;
        using RunEntries entries = new();
        while (await merged.MoveNextAsync(cancellationToken).ConfigureAwait(false))
        {
            entries.Begin(merged.Run);
            replacement.Append(entries);
        }
    }

    private static BackupDamagedException NotWhatItSays(BackupManifest manifest, StateSum found) => new(
        RepositoryPaths.Manifest(manifest.Id),
        $"promises {manifest.Entries} entries with fingerprint {manifest.Fingerprint}, but its layers hold {found.Entries} with {found.Fingerprint}");
}
