namespace LlmSpell.Backup;

/// <summary>How to restore. Immutable.</summary>
public sealed record RestoreRequest
{
    /// <summary>
    /// Which entries; default: all, and the state is replaced as a whole. Of others only what is selected changes, in one transaction:
    /// afterwards the state has there exactly what the backup has.
    /// </summary>
    public EntrySelection Selection { get; init => field = value ?? throw new ArgumentNullException(nameof(value)); } = EntrySelection.All;

    /// <summary>Whether a safety backup of the present state is taken before; default true. Without one, the restore cannot be undone.</summary>
    public bool SafetyBackup { get; init; } = true;

    /// <summary>Where the safety backup goes; default null: to the backups that are restored from.</summary>
    public IRepositoryStorage? SafetyStorage { get; init; }

    /// <summary>
    /// Whether an empty store of which there is no backup takes over the id of the store that the backup was taken of, and so its backups; default
    /// true. False for a copy beside that store.
    /// </summary>
    public bool AdoptsStore { get; init; } = true;
}
