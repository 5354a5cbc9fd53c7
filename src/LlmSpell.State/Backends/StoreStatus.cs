namespace LlmSpell.State;

/// <summary>What a store says of itself at one moment, in O(1). Immutable.</summary>
/// <param name="Store">The store's id.</param>
/// <param name="Lineage">The history it is in.</param>
/// <param name="Version">The moment within that history.</param>
/// <param name="Fingerprint">What its entries add up to, by the upkeep of every write.</param>
/// <param name="Entries">How many live entries it has.</param>
/// <param name="RestoredFrom">The restore of a backup that began this lineage; null if none did.</param>
public sealed record StoreStatus(
    StoreId Store,
    LineageId Lineage,
    StateVersion Version,
    Fingerprint Fingerprint,
    long Entries,
    RestoredFrom? RestoredFrom);

/// <summary>The restore with which a lineage began.</summary>
/// <param name="BackupId">The backup that was restored.</param>
/// <param name="Version">The store's version right after the restore; the backup counts as lying there.</param>
public sealed record RestoredFrom(string BackupId, StateVersion Version);
