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
        BackupId repair = BackupId.New(clock.GetUtcNow());
        string folder = repair.Value;
        if (plan.OrdinalsGiven > 0)
        {
            // Before the manifests that have them are out of sight: the backups may come back.
            await RepositoryFiles.PutAsync(
                storage, RepositoryPaths.OrdinalsGiven(repair, plan.OrdinalsGiven), ReadOnlyMemory<byte>.Empty, cancellationToken).ConfigureAwait(false);
        }

        Dictionary<string, ManifestLayer> indexes = plan.Indexes.ToDictionary(static layer => RepositoryPaths.LayerIndex(layer.Id));
        HashSet<string> made = [];
        Dictionary<string, string> left = [];
        foreach (MovedFile move in plan.Moves)
        {
            if (OwnsWhatIsLeft(move.File, left, plan))
            {
                left[move.File] = "it was left as it is with the layers that could not be moved";
                continue;
            }

            // What is made again is at hand before what is in its place goes: an index must not be missing for nothing.
            byte[]? replacement = indexes.TryGetValue(move.File, out ManifestLayer? layer) ? await RebuildAsync(layer, cancellationToken).ConfigureAwait(false)
                : move.File == RepositoryPaths.Descriptor ? NewDescriptor()
                : null;
            await MoveAsideAsync(move.File, folder, left, cancellationToken).ConfigureAwait(false);
            if (replacement is not null && !left.ContainsKey(move.File))
            {
                await RepositoryFiles.PutAsync(storage, move.File, replacement, cancellationToken).ConfigureAwait(false);
                made.Add(move.File);
            }
        }

        List<MovedFile> obstacles = [];
        foreach (string path in plan.Made.Select(static file => file.File).Where(path => !made.Contains(path) && !left.ContainsKey(path)))
        {
            byte[] bytes = indexes.TryGetValue(path, out ManifestLayer? layer) ? await RebuildAsync(layer, cancellationToken).ConfigureAwait(false) : NewDescriptor();

            // There is no such file; but a link that leads nowhere, or a folder, may have its name.
            if (await MoveAsideAsync(path, folder, left, cancellationToken).ConfigureAwait(false))
            {
                obstacles.Add(new MovedFile(path, "it is no file"));
            }

            if (!left.ContainsKey(path))
            {
                await RepositoryFiles.PutAsync(storage, path, bytes, cancellationToken).ConfigureAwait(false);
            }
        }

        bool isAnyMoved = obstacles.Count > 0 || plan.Moves.Any(move => !left.ContainsKey(move.File));
        return new RepairOutcome(isAnyMoved ? $"{RepositoryPaths.Damaged}/{folder}" : null, left, obstacles);
    }

    // A manifest stays with its layers, and its pin with it: layers without an owner would be swept away. What tells of a damaged index stays with that.
    private static bool OwnsWhatIsLeft(string file, Dictionary<string, string> left, RepairPlan plan) =>
        RepositoryPaths.FolderOf(file) switch
        {
            RepositoryPaths.Manifests => left.Keys.Any(path => RepositoryPaths.IsLayerFile(path) && plan.Indexes.All(layer => RepositoryPaths.LayerIndex(layer.Id) != path)),
            RepositoryPaths.Pins => RepositoryPaths.TryParseBackup(file, out BackupId backup) && left.ContainsKey(RepositoryPaths.Manifest(backup)),
            RepositoryPaths.Validations => RepositoryPaths.TryParseValidation(file, out BackupId told, out _)
                && plan.Kept.Any(backup => backup.Id == told && backup.Layers.Any(layer => left.ContainsKey(RepositoryPaths.LayerIndex(layer.Id)))),
            _ => false,
        };

    /// <summary>Moves what has a name out of the way, or adds it with the reason to what is left, where others can be moved.</summary>
    /// <returns>Whether anything was moved.</returns>
    private async Task<bool> MoveAsideAsync(string path, string folder, Dictionary<string, string> left, CancellationToken cancellationToken)
    {
        try
        {
            return await storage.MoveAsync(path, RepositoryPaths.SetAside(folder, path), cancellationToken).ConfigureAwait(false);
        }
        catch (StateStorageException e) when (!e.OutcomeUnknown)
        {
            if (await CheckedFile.IsStorageAliveAsync(storage, path, cancellationToken).ConfigureAwait(false))
            {
                left[path] = $"it was left as it is, since it could not be moved aside: {e.Message}";
                return false;
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
/// <param name="Left">The files that it would have moved and that are where they were, and why.</param>
/// <param name="Obstacles">What was moved besides, since it had the name of a file that is missing.</param>
internal sealed record RepairOutcome(string? Folder, IReadOnlyDictionary<string, string> Left, IReadOnlyList<MovedFile> Obstacles)
{
    /// <summary>That of a dry run.</summary>
    internal static RepairOutcome None { get; } = new(null, new Dictionary<string, string>(), []);
}
