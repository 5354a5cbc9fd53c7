using LlmSpell.State;

namespace LlmSpell.Backup;

/// <summary>
/// Carries a <see cref="RepairPlan"/> out. Nothing is deleted: what is damaged keeps its path below a folder of its own. If it stops half
/// way, the next repair goes on from there.
/// </summary>
internal sealed class RepairOperation(IRepositoryStorage storage, TimeProvider clock)
{
    /// <summary>The caller holds both locks, exclusively, and has since before the plan was made.</summary>
    internal async Task<RepairOutcome> RunAsync(RepairPlan plan, CancellationToken cancellationToken)
    {
        // Named as backups are: the moment for people, and random characters, so that nothing that was moved before is in the way.
        string folder = BackupId.New(clock.GetUtcNow()).Value;
        Dictionary<string, ManifestLayer> indexes = plan.Indexes.ToDictionary(static layer => RepositoryPaths.LayerIndex(layer.Id));
        HashSet<string> made = [];
        Dictionary<string, string> left = [];
        foreach (MovedFile move in plan.Moves)
        {
            if (OwnsWhatIsLeft(move.File, left, indexes))
            {
                left[move.File] = "it was left as it is with the layers that could not be moved";
                continue;
            }

            // What is made again is at hand before what is in its place goes: an index must not be missing for nothing.
            byte[]? replacement = indexes.TryGetValue(move.File, out ManifestLayer? layer) ? await RebuildAsync(layer, cancellationToken).ConfigureAwait(false)
                : move.File == RepositoryPaths.Descriptor ? NewDescriptor()
                : null;
            if (await TryMoveAsync(move.File, RepositoryPaths.SetAside(folder, move.File), cancellationToken).ConfigureAwait(false) is { } refusal)
            {
                left[move.File] = $"it was left as it is, since it could not be moved aside: {refusal}";
            }
            else if (replacement is not null)
            {
                await RepositoryFiles.PutAsync(storage, move.File, replacement, cancellationToken).ConfigureAwait(false);
                made.Add(move.File);
            }
        }

        // What was missing needs no move.
        if (plan.MakesDescriptor && !made.Contains(RepositoryPaths.Descriptor) && !left.ContainsKey(RepositoryPaths.Descriptor))
        {
            await RepositoryFiles.PutAsync(storage, RepositoryPaths.Descriptor, NewDescriptor(), cancellationToken).ConfigureAwait(false);
        }

        foreach ((string path, ManifestLayer layer) in indexes.Where(index => !made.Contains(index.Key) && !left.ContainsKey(index.Key)))
        {
            byte[] bytes = await RebuildAsync(layer, cancellationToken).ConfigureAwait(false);
            await RepositoryFiles.PutAsync(storage, path, bytes, cancellationToken).ConfigureAwait(false);
        }

        return new RepairOutcome(plan.Moves.Count > left.Count ? $"{RepositoryPaths.Damaged}/{folder}" : null, left);
    }

    // A manifest stays with its layers, and its pin with it: layers without an owner would be swept away.
    private static bool OwnsWhatIsLeft(string file, Dictionary<string, string> left, Dictionary<string, ManifestLayer> indexes) =>
        RepositoryPaths.FolderOf(file) switch
        {
            RepositoryPaths.Manifests => left.Keys.Any(path => RepositoryPaths.IsLayerFile(path) && !indexes.ContainsKey(path)),
            RepositoryPaths.Pins => RepositoryPaths.TryParseBackup(file, out BackupId backup) && left.ContainsKey(RepositoryPaths.Manifest(backup)),
            _ => false,
        };

    /// <returns>Why the file could not be moved, though others can; null if it was.</returns>
    private async Task<string?> TryMoveAsync(string from, string to, CancellationToken cancellationToken)
    {
        try
        {
            await storage.MoveAsync(from, to, cancellationToken).ConfigureAwait(false);
            return null;
        }
        catch (StateStorageException e) when (!e.OutcomeUnknown)
        {
            if (await CheckedFile.IsStorageAliveAsync(storage, from, cancellationToken).ConfigureAwait(false))
            {
                return e.Message;
            }

            throw;
        }
    }

    private byte[] NewDescriptor() => RepositoryDescriptor.New(UnixTime.Microseconds(clock)).ToBytes();

    private async Task<byte[]> RebuildAsync(ManifestLayer layer, CancellationToken cancellationToken) =>
        await IndexRebuild.TryRunAsync(storage, layer, cancellationToken).ConfigureAwait(false) ?? throw new BackupDamagedException(
            RepositoryPaths.LayerData(layer.Id, layer.Codec), "was whole a moment ago and is not any more", hint: "Look at the disk, then run the repair again.");
}

/// <summary>What a repair has done of its plan. Immutable.</summary>
/// <param name="Folder">The folder into which files were moved; null if none were.</param>
/// <param name="Left">The files that the plan would have moved and that are where they were, and why.</param>
internal sealed record RepairOutcome(string? Folder, IReadOnlyDictionary<string, string> Left)
{
    /// <summary>That of a dry run.</summary>
    internal static RepairOutcome None { get; } = new(null, new Dictionary<string, string>());
}
