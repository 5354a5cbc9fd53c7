namespace LlmSpell.Backup;

/// <summary>How to repair a repository. Immutable.</summary>
public sealed record RepairRequest
{
    /// <summary>Whether only to say what would be done; default false.</summary>
    public bool DryRun { get; init; }
}

/// <summary>What a repair did, or would do. Immutable.</summary>
/// <param name="DryRun">Whether nothing was done.</param>
/// <param name="Folder">Where the moved files are now, as a path in the repository; null if none were moved, or in a dry run.</param>
/// <param name="Moved">The files that were moved aside, or would be.</param>
/// <param name="Made">The files that were made again, or would be.</param>
/// <param name="Lost">The backups that do not exist any more because they are damaged, oldest first.</param>
/// <param name="Kept">The backups that are whole, oldest first.</param>
/// <param name="Notices">What the user should know.</param>
public sealed record RepairReport(
    bool DryRun,
    string? Folder,
    IReadOnlyList<MovedFile> Moved,
    IReadOnlyList<MadeFile> Made,
    IReadOnlyList<BackupId> Lost,
    IReadOnlyList<BackupId> Kept,
    IReadOnlyList<string> Notices);

/// <summary>A file that a repair moves aside. Immutable.</summary>
/// <param name="File">Its path in the repository; below the repair's folder it has the same.</param>
/// <param name="Reason">Why, as a clause.</param>
public sealed record MovedFile(string File, string Reason);

/// <summary>A file that a repair makes again. Immutable.</summary>
/// <param name="File">Its path in the repository.</param>
/// <param name="Source">What it is made from, as a clause.</param>
public sealed record MadeFile(string File, string Source);
