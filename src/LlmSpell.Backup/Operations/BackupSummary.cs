using LlmSpell.State;

namespace LlmSpell.Backup;

/// <summary>A backup as a listing shows it. Immutable.</summary>
/// <param name="Manifest">The manifest.</param>
/// <param name="ManifestBytes">The length of its file, in bytes.</param>
public sealed record BackupSummary(BackupManifest Manifest, long ManifestBytes)
{
    /// <summary>The newest validation that the repository remembers; null if there is none, or it was not asked for.</summary>
    public RememberedValidation? Validation { get; init; }

    /// <summary>The backup's id.</summary>
    public BackupId Id => Manifest.Id;

    /// <summary>When it was taken.</summary>
    public DateTimeOffset CreatedAt => UnixTime.ToMoment(Manifest.CreatedAt);

    /// <summary>Whether it was read from the changes since its parent.</summary>
    public bool IsIncremental => Manifest.Kind == BackupKind.Incremental;

    /// <summary>What this backup added to the repository, in bytes: its manifest and the layers that it wrote.</summary>
    public long SizeBytes => ManifestBytes + Manifest.Layers
        .Where(layer => layer.CreatedBy == Manifest.Id)
        .Sum(static layer => layer.DataBytes + layer.IndexBytes);

    /// <summary>Why it stays whatever the retention rules say; null if it is not pinned. Listings and single look-ups fill it in, results of operations do not.</summary>
    public BackupPin? Pin { get; init; }

    /// <summary>What a restore of it reads, in bytes: all its layers.</summary>
    public long RestoreBytes => Manifest.RestoreBytes;
}

/// <summary>All backups of a repository. Immutable.</summary>
/// <param name="Backups">Those whose manifests can be read, oldest first.</param>
/// <param name="Damaged">What is wrong with the other manifests.</param>
public sealed record BackupListing(IReadOnlyList<BackupSummary> Backups, IReadOnlyList<DamagedManifest> Damaged);

/// <summary>A manifest that cannot be read. Immutable.</summary>
/// <param name="Path">Its path in the repository.</param>
/// <param name="Problem">What is wrong with it.</param>
public sealed record DamagedManifest(string Path, StateException Problem);
