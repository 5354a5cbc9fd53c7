namespace LlmSpell.Backup;

/// <summary>How to clean up. Immutable.</summary>
public sealed record CleanupRequest
{
    /// <summary>Whether only to say what would be done; default false.</summary>
    public bool DryRun { get; init; }

    /// <summary>
    /// The backups whose removal was agreed to, as an earlier dry run named them; nothing else is removed, whatever the rules say by
    /// now. Null: whatever the rules say.
    /// </summary>
    public IReadOnlyCollection<BackupId>? AgreedRemovals { get; init; }

    /// <summary>Whether the rules that use time apply although the clock looks wrong; default false.</summary>
    public bool TrustClock { get; init; }
}
