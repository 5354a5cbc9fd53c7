namespace LlmSpell.Bench;

/// <summary>What is measured of each store, in this order. Those that flush each commit come last, since the stores are opened anew for them.</summary>
internal enum BackendStep
{
    /// <summary>Single saves to the 20,000 hot keys.</summary>
    SaveHot,

    /// <summary>Single saves all over the entries.</summary>
    SaveUniform,

    /// <summary>Saves all over the entries, a thousand in a transaction.</summary>
    SaveBatch,

    /// <summary>Loads of the hot keys.</summary>
    LoadHot,

    /// <summary>Loads all over the entries.</summary>
    LoadUniform,

    /// <summary>Every entry, in order.</summary>
    Scan,

    /// <summary>What changed since a version, after 0.1 % of the entries did.</summary>
    ChangesOfTenthOfPercent,

    /// <summary>What changed since a version, after 1 % of the entries did.</summary>
    ChangesOfPercent,

    /// <summary>One thread that saves to the hot keys.</summary>
    OneWriter,

    /// <summary>Four of them.</summary>
    FourWriters,

    /// <summary>Sixteen of them.</summary>
    SixteenWriters,

    /// <summary>A full backup.</summary>
    Backup,

    /// <summary>Its restore into an empty store.</summary>
    Restore,

    /// <summary>Opening the store as it stands, and one load.</summary>
    Open,

    /// <summary>Single saves to the hot keys, each flushed.</summary>
    StrictSave,

    /// <summary>One thread whose saves are flushed.</summary>
    OneStrictWriter,

    /// <summary>Four of them.</summary>
    FourStrictWriters,

    /// <summary>Sixteen of them.</summary>
    SixteenStrictWriters,
}
