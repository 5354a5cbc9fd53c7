namespace LlmSpell.State.Sqlite;

/// <summary>Where an embedded store lies and how it behaves. Immutable.</summary>
public sealed record SqliteOptions
{
    /// <summary>The folder used where none is given: <c>.llmspell</c> in the working folder.</summary>
    public const string DefaultFolder = BackendOptions.DefaultFolder;

    /// <summary>The folder that holds <c>state.db</c>; made if it is missing. Default <see cref="DefaultFolder"/>.</summary>
    public string Folder { get; init => field = BackendOptions.Folder(value); } = DefaultFolder;

    /// <summary>
    /// How long a call waits for another writer, 0 to 24 hours; default 30 seconds. Zero: not at all.
    /// </summary>
    public TimeSpan BusyTimeout { get; init => field = BackendOptions.BusyTimeout(value); } = BackendOptions.DefaultBusyTimeout;

    /// <summary>When a commit is flushed to the disk; default <see cref="StateDurability.Normal"/>.</summary>
    public StateDurability Durability { get; init => field = BackendOptions.Durability(value); }

    /// <summary>The clock for the busy timeout and the time of creation; default the system's.</summary>
    public TimeProvider TimeProvider { get; init => field = value ?? throw new ArgumentNullException(nameof(value)); } = TimeProvider.System;
}
