namespace LlmSpell.Backup;

/// <summary>Which backups to copy to another repository. Immutable.</summary>
public sealed record CopyRequest
{
    /// <summary>The ids of the backups; null, the default: all backups of the repository.</summary>
    /// <exception cref="ArgumentException">One of them is null.</exception>
    public IReadOnlyCollection<string>? Ids { get; init => field = BackupId.NoneNull(value); }
}
