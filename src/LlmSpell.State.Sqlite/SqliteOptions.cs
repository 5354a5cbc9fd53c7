namespace LlmSpell.State.Sqlite;

/// <summary>Where an embedded store lies and how it behaves. Immutable.</summary>
public sealed record SqliteOptions
{
    /// <summary>The folder used where none is given: <c>.llmspell</c> in the working folder.</summary>
    public const string DefaultFolder = ".llmspell";

    /// <summary>The folder that holds <c>state.db</c>; made if it is missing. Default <see cref="DefaultFolder"/>.</summary>
    public string Folder
    {
        get;
        init => field = !string.IsNullOrEmpty(value) && !value.Contains('\0', StringComparison.Ordinal)
            ? value
            : throw new ArgumentException("The state's folder needs a name, without NUL.", nameof(value));
    } = DefaultFolder;

    /// <summary>
    /// How long a call waits for another writer, 0 to 24 hours; default 30 seconds. Zero: not at all.
    /// </summary>
    public TimeSpan BusyTimeout
    {
        get;
        init => field = value >= TimeSpan.Zero && value <= TimeSpan.FromDays(1)
            ? value
            : throw new ArgumentOutOfRangeException(nameof(value), value, "The busy timeout must be between 0 and 24 hours.");
    } = TimeSpan.FromSeconds(30);

    /// <summary>When a commit is flushed to the disk; default <see cref="SqliteDurability.Normal"/>.</summary>
    public SqliteDurability Durability
    {
        get;
        init => field = Enum.IsDefined(value)
            ? value
            : throw new ArgumentOutOfRangeException(nameof(value), value, "There is no such durability.");
    }

    /// <summary>The clock for the busy timeout and the time of creation; default the system's.</summary>
    public TimeProvider TimeProvider { get; init => field = value ?? throw new ArgumentNullException(nameof(value)); } = TimeProvider.System;
}
