using LlmSpell.State;

namespace LlmSpell.Backup;

/// <summary>Where a backup was read from.</summary>
public enum BackupKind
{
    /// <summary>The whole store.</summary>
    Full,

    /// <summary>The changes since its parent; how many layers it has is storage, not kind.</summary>
    Incremental,
}

/// <summary>
/// What makes a backup exist: the layers, oldest first, that together are the state, and what they must add up to. Immutable.
/// The bytes are described in docs/format.md.
/// </summary>
public sealed record BackupManifest
{
    /// <summary>The backup's id.</summary>
    public required BackupId Id { get; init; }

    /// <summary>Its place in the repository's order, from 1; the only order between backups.</summary>
    public required long Ordinal { get; init; }

    /// <summary>Full or incremental.</summary>
    public required BackupKind Kind { get; init; }

    /// <summary>Whether it was taken of the state that a restore was about to replace.</summary>
    public bool IsSafety { get; init; }

    /// <summary>The backup whose changes it follows; null for a full.</summary>
    public BackupId? Parent { get; init; }

    /// <summary>Why an incremental that was asked for became full; null otherwise.</summary>
    public string? Reason { get; init; }

    /// <summary>The store it was taken of.</summary>
    public required StoreId Store { get; init; }

    /// <summary>The store's lineage then.</summary>
    public required LineageId Lineage { get; init; }

    /// <summary>The store's version then.</summary>
    public required StateVersion Version { get; init; }

    /// <summary>How many live entries the state has.</summary>
    public required long Entries { get; init; }

    /// <summary>What they add up to.</summary>
    public required Fingerprint Fingerprint { get; init; }

    /// <summary>When it was taken, in microseconds since the Unix epoch, UTC.</summary>
    public required long CreatedAt { get; init; }

    /// <summary>How long taking it took, in microseconds.</summary>
    public required long Duration { get; init; }

    /// <summary>What its maker said of it; empty if nothing.</summary>
    public string Description { get; init; } = "";

    /// <summary>Labels by name.</summary>
    public IReadOnlyDictionary<string, string> Labels { get; init; } = new Dictionary<string, string>();

    /// <summary>The program and version that made it.</summary>
    public required string Tool { get; init; }

    /// <summary>Its layers, oldest first; the first holds no tombstones.</summary>
    public required IReadOnlyList<ManifestLayer> Layers { get; init; }

    /// <summary>The bytes of all its layers, data and index: what a restore reads.</summary>
    public long RestoreBytes => Layers.Sum(static layer => layer.DataBytes + layer.IndexBytes);
}
