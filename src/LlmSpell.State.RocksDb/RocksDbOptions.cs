namespace LlmSpell.State.RocksDb;

/// <summary>Where a RocksDB store lies and how it behaves. Immutable.</summary>
public sealed record RocksDbOptions
{
    /// <summary>The folder used where none is given: <c>.llmspell</c> in the working folder.</summary>
    public const string DefaultFolder = BackendOptions.DefaultFolder;

    /// <summary>The folder that holds <c>state.rocksdb</c>; made if it is missing. Default <see cref="DefaultFolder"/>.</summary>
    public string Folder { get; init => field = BackendOptions.Folder(value); } = DefaultFolder;

    /// <summary>
    /// How long opening waits for another process, and a call for another writer, 0 to 24 hours; default 30 seconds. Zero: not at all.
    /// A <see cref="RocksDbView"/> waits for nobody.
    /// </summary>
    public TimeSpan BusyTimeout { get; init => field = BackendOptions.BusyTimeout(value); } = BackendOptions.DefaultBusyTimeout;

    /// <summary>When a commit is flushed to the disk; default <see cref="StateDurability.Normal"/>. A <see cref="RocksDbView"/> commits nothing.</summary>
    public StateDurability Durability { get; init => field = BackendOptions.Durability(value); }

    /// <summary>The size of the cache of data blocks, in bytes: 1 MiB to 1 TiB; default 64 MiB.</summary>
    public long CacheBytes
    {
        get;
        init => field = value is >= 1L << 20 and <= 1L << 40
            ? value
            : throw new ArgumentOutOfRangeException(nameof(value), value, "The cache must be 1 MiB to 1 TiB.");
    } = 64L << 20;

    /// <summary>The clock for waiting and for the time of creation; default the system's.</summary>
    public TimeProvider TimeProvider { get; init => field = value ?? throw new ArgumentNullException(nameof(value)); } = TimeProvider.System;
}
