using LlmSpell.State;

namespace LlmSpell.Backup;

/// <summary>Restores a backup into a scratch store, and compares what that store then holds with what was put into it.</summary>
/// <remarks>
/// Both sides are added up entry by entry, with scope, key, value and time, and never held: records as the layers give them, and entries as a
/// fresh snapshot of the store gives them.
/// </remarks>
internal sealed class ScratchRestore(IRepositoryStorage storage, Func<IScratchStore> open, ProgressMeter? meter)
{
    /// <returns>What is wrong, as damage of the manifest that promises something else; null if all is well.</returns>
    /// <exception cref="BackupDamagedException">A layer is not what was written.</exception>
    /// <exception cref="StateStorageException">The scratch store failed.</exception>
    internal async Task<BackupDamagedException?> RunAsync(BackupManifest manifest, CancellationToken cancellationToken)
    {
        using IScratchStore scratch = open();
        RecordSum written = await RestoreAsync(manifest, scratch.Store, cancellationToken).ConfigureAwait(false);
        (StateSum state, RecordSum read) = await Task.Run(() => Read(scratch.Store, manifest, cancellationToken), cancellationToken).ConfigureAwait(false);
        string expected = $"{manifest.Entries} entries with fingerprint {manifest.Fingerprint}";
        string? problem =
            state != StateSum.Of(manifest) ? $"promises {expected}, but restored into a scratch store it gave {state.Entries} with {state.Fingerprint}"
            : read != written ? $"promises {expected}, which came back from a scratch store with other times than its layers have"
            : null;
        return problem is null ? null : new BackupDamagedException(RepositoryPaths.Manifest(manifest.Id), problem);
    }

    private async Task<RecordSum> RestoreAsync(BackupManifest manifest, StateStore store, CancellationToken cancellationToken)
    {
        meter?.Begin(
            BackupStage.Restoring, manifest.Layers.Sum(static layer => layer.Records), manifest.Layers.Sum(static layer => layer.RawBytes));
        RecordSum written = default;
        using IStateReplacement replacement = store.BeginReplacement(cancellationToken);
        if (replacement.Present.Entries > 0)
        {
            // A store that is in use, by mistake: what it holds would be gone.
            throw new InvalidOperationException(
                $"The scratch store in {store.Location} has {replacement.Present.Entries} entries, which a validation would replace; it must be empty.");
        }

        await using MergedLayers merged =
            await MergedLayers.OpenAsync(storage, manifest.Layers, addUp: true, cancellationToken).ConfigureAwait(false);
        merged.Meter = meter;
        using RunEntries entries = new();
        while (await merged.MoveNextAsync(cancellationToken).ConfigureAwait(false))
        {
            written = written.With(SumOf(merged.Run));
            entries.Begin(merged.Run);
            replacement.Append(entries);
        }

        replacement.Commit(manifest.Id.Value, null);
        return written;
    }

    private static RecordSum SumOf(LayerRun run)
    {
        RecordSum sum = default;
        LoadedBlock block = run.Block;
        for (int i = run.Start; i < run.Start + run.Count; i++)
        {
            RecordSlot slot = block.Records[i];
            if (!slot.IsTombstone)
            {
                sum.Add(block.Hashes[i], slot.ModifiedAt, isTombstone: false);
            }
        }

        return sum;
    }

    private (StateSum State, RecordSum Records) Read(StateStore store, BackupManifest manifest, CancellationToken cancellationToken)
    {
        meter?.Begin(BackupStage.Comparing, manifest.Entries);
        StateSum state = default;
        RecordSum records = default;
        using IStateSnapshot snapshot = store.OpenSnapshot();
        using IEntryCursor cursor = snapshot.Scan(KeyRange.All);
        while (cursor.MoveNext())
        {
            cancellationToken.ThrowIfCancellationRequested();
            EntryHash hash = EntryHash.Of(cursor.Scope, cursor.Key, cursor.Value);
            state.Add(hash);
            records.Add(hash, cursor.ModifiedAt, isTombstone: false);
            meter?.Add(1, 0);
        }

        return (state, records);
    }
}
