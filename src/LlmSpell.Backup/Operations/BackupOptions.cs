namespace LlmSpell.Backup;

/// <summary>How backups are made and kept. Immutable.</summary>
public sealed partial record BackupOptions
{
    /// <summary>How new layers are compressed; default zstd. What is there already is read by what it says of itself.</summary>
    public LayerCodec Codec
    {
        get;
        init => field = Enum.IsDefined(value)
            ? value
            : throw new ArgumentOutOfRangeException(nameof(value), value, "There is no such codec.");
    } = LayerCodec.Zstd;

    /// <summary>The level for zstd, 1–19; default 3. The other codecs have none.</summary>
    public int CompressionLevel
    {
        get;
        init => field = value is >= 1 and <= 19
            ? value
            : throw new ArgumentOutOfRangeException(nameof(value), value, "The compression level must be 1 to 19.");
    } = 3;

    /// <summary>Whether incrementals are made when asked for; default true. If not, they become full, and say why.</summary>
    public bool IncrementalEnabled { get; init; } = true;

    /// <summary>
    /// An incremental becomes full when the newest full is older than this, or by as much from the future, or was removed; null: never for that reason. Default null.
    /// Until then the newest full stays, also beyond <see cref="MaxBackups"/> and where no keep rule keeps it; for its age and for <see cref="MaxTotalSize"/> it goes.
    /// </summary>
    public TimeSpan? FullBackupInterval
    {
        get;
        init => field = value is null || value > TimeSpan.Zero
            ? value
            : throw new ArgumentOutOfRangeException(nameof(value), value, "The interval between fulls must be positive.");
    }

    /// <summary>How long to wait for a lock that others hold, from 0; default 30 seconds. Zero: not at all.</summary>
    public TimeSpan BusyTimeout
    {
        get;
        init => field = value >= TimeSpan.Zero
            ? value
            : throw new ArgumentOutOfRangeException(nameof(value), value, "The busy timeout cannot be negative.");
    } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// Opens an empty store for a validation that restores; null, the default: such a validation is refused. It holds a whole state, so
    /// for large ones it must not be in memory.
    /// </summary>
    public Func<IScratchStore>? ScratchStore { get; init; }

    /// <summary>When layers are merged.</summary>
    internal MergeLimits MergeLimits { get; init; } = MergeLimits.Default;

    /// <summary>Counts what one operation does; null where nobody watches.</summary>
    internal ProgressMeter? Meter { get; init; }

    /// <summary>The clock; default the system's.</summary>
    public TimeProvider TimeProvider { get; init => field = value ?? throw new ArgumentNullException(nameof(value)); } = TimeProvider.System;
}
