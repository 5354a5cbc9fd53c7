namespace LlmSpell.Backup;

/// <summary>What a repair does, decided before it does anything; the dry run says the very same. Immutable.</summary>
/// <param name="MakesDescriptor">Whether repository.json is made anew.</param>
/// <param name="Indexes">The layers whose indexes are made again.</param>
/// <param name="Moves">The files to move aside, in this order: a manifest after its layers, so that a repair that stops half way finds the
/// backup damaged the next time and not its layers without an owner.</param>
/// <param name="Lost">The backups that then do not exist any more.</param>
/// <param name="Kept">Those that are whole.</param>
/// <param name="OrdinalsGiven">Up to where ordinals may have been given to the backups that are there before.</param>
/// <param name="Notices">What the user should know.</param>
internal sealed record RepairPlan(
    bool MakesDescriptor,
    IReadOnlyList<ManifestLayer> Indexes,
    IReadOnlyList<MovedFile> Moves,
    IReadOnlyList<BackupId> Lost,
    IReadOnlyList<BackupManifest> Kept,
    long OrdinalsGiven,
    IReadOnlyList<string> Notices)
{
    /// <summary>The files that are made again.</summary>
    internal IReadOnlyList<MadeFile> Made =>
    [
        .. MakesDescriptor ? [new MadeFile(RepositoryPaths.Descriptor, "a new id; the backups do not depend on the old one")] : Array.Empty<MadeFile>(),
        .. Indexes.Select(static layer => new MadeFile(RepositoryPaths.LayerIndex(layer.Id), "the layer's data; it is the one that was written, byte for byte")),
    ];

    /// <summary>What was done of it. A backup of which something had to be left is neither lost, its manifest being there, nor kept, if it is not whole.</summary>
    internal RepairReport Report(bool isDryRun, RepairOutcome outcome)
    {
        IReadOnlyDictionary<string, string> left = outcome.Left;
        HashSet<BackupId> stillDamaged = [.. Indexes
            .Where(layer => left.ContainsKey(RepositoryPaths.LayerIndex(layer.Id)))
            .SelectMany(layer => Kept.Where(backup => backup.Layers.Contains(layer)))
            .Select(static backup => backup.Id)];
        return new RepairReport(
            isDryRun,
            outcome.Folder,
            [.. Moves.Where(move => !left.ContainsKey(move.File)), .. outcome.Obstacles],
            [.. Made.Where(made => !left.ContainsKey(made.File))],
            [.. Lost.Where(id => !left.ContainsKey(RepositoryPaths.Manifest(id)))],
            [.. Kept.Select(static backup => backup.Id).Where(id => !stillDamaged.Contains(id))],
            [.. Notices, .. left.Select(static file => $"{file.Key}: {file.Value}")]);
    }

    internal static RepairPlan Of(RepositoryFindings findings)
    {
        ManifestEntry[] lost = [.. findings.Lost];
        BackupManifest[] kept = [.. findings.Kept];

        // Once, although manifests that another tool has written may tell different things of one layer.
        ManifestLayer[] indexes = [.. findings.Rebuildable.Where(layer => kept.Any(backup => backup.Layers.Contains(layer))).DistinctBy(static layer => layer.Id)];
        HashSet<string> there = [.. findings.Files.SelectMany(static folder => folder).Select(static file => file.Path)];
        List<MovedFile> moves = [];
        if (findings.Descriptor is { } descriptor)
        {
            moves.Add(new MovedFile(descriptor.File, "it is damaged"));
        }

        moves.AddRange(indexes.Select(static layer => new MovedFile(RepositoryPaths.LayerIndex(layer.Id), "it is damaged")));
        moves.AddRange(LayerMoves(findings, lost, kept));
        moves.AddRange(lost.Select(static entry => new MovedFile(entry.Path, entry.Manifest is null ? "it is damaged" : "its backup is lost")));
        moves.AddRange(lost.Select(static entry => new MovedFile(RepositoryPaths.Pin(entry.Id), "its backup is lost")));
        moves.AddRange(findings.Pins.Except(findings.PinsInUse).Select(static pin => new MovedFile(pin.Damage.File, "it is damaged")));
        moves.AddRange(findings.Memories.Select(static damage => new MovedFile(damage.File, "it is damaged")));

        // Otherwise the next backup would not build on what is whole again.
        HashSet<BackupId> repaired = [.. kept.Where(backup => indexes.Any(backup.Layers.Contains)).Select(static backup => backup.Id)];
        moves.AddRange(findings.ToldDamage.Where(memory => repaired.Contains(memory.Backup))
            .Select(static memory => new MovedFile(memory.Path, "it tells of a damage that is repaired")));
        return new RepairPlan(
            findings.Descriptor is not null,
            indexes,
            [.. moves.Where(move => there.Contains(move.File)).DistinctBy(static move => move.File)],
            [.. lost.Select(static entry => entry.Id)],
            kept,
            lost.Length > 0 ? Ordinals.HighestOf(findings.Manifests) : 0,
            NoticesOf(findings));
    }

    /// <summary>
    /// The layers that only lost backups need: the damaged ones, and the whole ones too, which the next sweep would delete, and which make
    /// the backup whole again if the damaged ones come back from elsewhere.
    /// </summary>
    private static IEnumerable<MovedFile> LayerMoves(RepositoryFindings findings, ManifestEntry[] lost, BackupManifest[] kept)
    {
        HashSet<string> needed = [.. RepositoryPaths.LayerFiles(kept.SelectMany(static backup => backup.Layers))];
        if (findings.Unreadable.Any())
        {
            // Of whole layers nobody knows whether the manifest that needs a newer version names them.
            IEnumerable<string> damaged = findings.Validation.Damages.All.Select(static damage => damage.File);
            return damaged.Where(file => RepositoryPaths.IsLayerFile(file) && !needed.Contains(file)).Select(static file => new MovedFile(file, "it is damaged"));
        }

        HashSet<string> wanted = [.. RepositoryPaths.LayerFiles(lost.SelectMany(static entry => entry.Manifest?.Layers ?? []))];
        bool mayNameAny = lost.Any(static entry => entry.Manifest is null);
        return findings.Files[RepositoryPaths.Layers]
            .Where(file => RepositoryPaths.IsLayerFile(file.Path) && !needed.Contains(file.Path) && (mayNameAny || wanted.Contains(file.Path)))
            .Select(file => new MovedFile(file.Path, wanted.Contains(file.Path) ? "only lost backups need it" : "a manifest that cannot be read may name it"));
    }

    private static string[] NoticesOf(RepositoryFindings findings) =>
    [
        .. findings.Unreadable.Select(static entry =>
            $"{entry.Path} was left as it is: {entry.Problem!.Message}; layers that it may name were left, too"),
        .. findings.PinsInUse.Select(static pin =>
            $"{pin.Damage.Message}; it was left as it is, since {pin.Backup} stays pinned by it: `llmspell backup unpin`, then `llmspell backup pin` write it anew"),
    ];
}
