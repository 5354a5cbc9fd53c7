namespace LlmSpell.Backup;

/// <summary>How far an operation is at one moment. Immutable. An exception from whoever is told ends the operation as any failure does.</summary>
/// <param name="Stage">What it does now; the numbers are of this stage alone.</param>
/// <param name="Entries">How many records it has dealt with, tombstones included.</param>
/// <param name="TotalEntries">How many there are; null where nobody knows beforehand, as with the changes since a parent.</param>
/// <param name="Bytes">How many bytes of records that was, before compression; while files are hashed, of their bytes.</param>
/// <param name="TotalBytes">How many there are; null where nobody knows beforehand.</param>
/// <param name="Elapsed">Since the stage began.</param>
public sealed record BackupProgress(BackupStage Stage, long Entries, long? TotalEntries, long Bytes, long? TotalBytes, TimeSpan Elapsed)
{
    /// <summary>How much of the stage is done, from 0 to 1; null where nobody knows.</summary>
    public double? Fraction => Share(Bytes, TotalBytes) ?? Share(Entries, TotalEntries);

    /// <summary>The average speed of the stage so far; 0 at its beginning.</summary>
    public double BytesPerSecond => Elapsed > TimeSpan.Zero ? Bytes / Elapsed.TotalSeconds : 0;

    /// <summary>How long the stage will still take at its average speed, at most <see cref="TimeSpan.MaxValue"/>; null where nobody knows.</summary>
    public TimeSpan? TimeLeft => Fraction is > 0 and { } done ? Times(Elapsed, (1 - done) / done) : null;

    // A single byte of a large file makes a number of ticks that no TimeSpan has.
    private static TimeSpan Times(TimeSpan elapsed, double factor) =>
        elapsed.Ticks * factor is < long.MaxValue and var ticks ? TimeSpan.FromTicks((long)ticks) : TimeSpan.MaxValue;

    private static double? Share(long done, long? total) => total is > 0 and { } all ? Math.Clamp((double)done / all, 0, 1) : null;
}

/// <summary>What an operation on backups does at a moment.</summary>
public enum BackupStage
{
    /// <summary>Reads the store and writes the layer: a create, or the safety backup of a restore.</summary>
    Writing,

    /// <summary>Merges layers into one, as a part of a create.</summary>
    Merging,

    /// <summary>Hashes the files of a backup, before a restore takes the store's write lock, or those that its safety backup builds on.</summary>
    Hashing,

    /// <summary>Reads a backup and loads the store with it.</summary>
    Restoring,

    /// <summary>Reads a backup to its last byte and adds it up.</summary>
    Validating,

    /// <summary>Reads back a scratch store that a backup was restored into, as a part of a validation.</summary>
    Comparing,

    /// <summary>Copies layers to another repository.</summary>
    Copying,
}
