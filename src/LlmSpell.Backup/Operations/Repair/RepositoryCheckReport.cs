namespace LlmSpell.Backup;

/// <summary>What a check of a whole repository found. Immutable.</summary>
/// <param name="Backups">What was found of each backup, oldest first.</param>
/// <param name="Damages">Everything that is damaged, and what it costs.</param>
/// <param name="Leftovers">Files that nobody needs, or that are not of a repository; they do no harm.</param>
/// <param name="Unchecked">Backups that need a newer version to be read: nothing is known of them.</param>
/// <param name="NotRemembered">Why the repository does not remember what was found of its backups; null if it does.</param>
public sealed record RepositoryCheckReport(
    IReadOnlyList<ValidationReport> Backups,
    IReadOnlyList<RepositoryDamage> Damages,
    IReadOnlyList<RepositoryLeftover> Leftovers,
    IReadOnlyList<DamagedManifest> Unchecked,
    string? NotRemembered)
{
    /// <summary>Whether nothing is damaged.</summary>
    public bool IsWhole => Damages.Count == 0;
}

/// <summary>Something in a repository that is damaged. Immutable.</summary>
/// <param name="File">The file's path in the repository.</param>
/// <param name="Block">The block's number from 0, or null where it is not about a block.</param>
/// <param name="Message">What is wrong, with the file and the block.</param>
/// <param name="Affected">The backups that cannot be restored as it is now, oldest first.</param>
/// <param name="IsRepairable">Whether a repair brings back what is damaged; if not, the affected backups are lost; a damaged pin pins all the same.</param>
/// <param name="Cost">What the damage costs, as a sentence without its end.</param>
public sealed record RepositoryDamage(
    string File, int? Block, string Message, IReadOnlyList<BackupId> Affected, bool IsRepairable, string Cost);

/// <summary>A file that no backup needs. Immutable.</summary>
/// <param name="File">The file's path in the repository.</param>
/// <param name="Bytes">Its length.</param>
/// <param name="Kind">What it is.</param>
public sealed record RepositoryLeftover(string File, long Bytes, LeftoverKind Kind);

/// <summary>Why a file of a repository is needed by no backup.</summary>
public enum LeftoverKind
{
    /// <summary>A layer of a backup that is gone, or that is being made now; the next cleanup removes what nobody writes any more.</summary>
    UnnamedLayer,

    /// <summary>A file that is being written, or was when its writer died; the next cleanup removes what nobody writes any more.</summary>
    Unfinished,

    /// <summary>A remembered validation that a newer one has replaced, or whose backup is gone; the next cleanup removes it.</summary>
    OldValidation,

    /// <summary>A pin of a backup that is gone.</summary>
    LonePin,

    /// <summary>A file with a name that no file of a repository has. It is left alone.</summary>
    Unknown,
}
