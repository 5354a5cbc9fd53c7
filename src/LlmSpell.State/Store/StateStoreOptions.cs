namespace LlmSpell.State;

/// <summary>How a <see cref="StateStore"/> behaves. Immutable.</summary>
public sealed record StateStoreOptions
{
    /// <summary>The largest value taken, in bytes of MessagePack: 1 to 64 MiB; default 16 MiB.</summary>
    public int MaxValueBytes
    {
        get;
        init => field = value is >= 1 and <= StateValue.MaxBytes
            ? value
            : throw new ArgumentOutOfRangeException(nameof(value), value, $"The largest value must be 1 to {StateValue.MaxBytes} bytes.");
    } = StateValue.DefaultMaxBytes;

    /// <summary>
    /// How long at most, while the store is open, a completed write may wait to be safe from a power loss: up to 24 hours; default 1 second.
    /// <see cref="TimeSpan.Zero"/>: no periodic flush.
    /// </summary>
    public TimeSpan FlushInterval
    {
        get;
        init => field = value >= TimeSpan.Zero && value <= TimeSpan.FromDays(1)
            ? value
            : throw new ArgumentOutOfRangeException(nameof(value), value, "The flush interval must be between 0 and 24 hours.");
    } = TimeSpan.FromSeconds(1);

    /// <summary>The clock for modification times and the periodic flush; default the system's. What it says before 1970 counts as 1970.</summary>
    public TimeProvider TimeProvider { get; init => field = value ?? throw new ArgumentNullException(nameof(value)); } = TimeProvider.System;
}
