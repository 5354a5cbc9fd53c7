namespace LlmSpell.State.RocksDb.Native;

/// <summary>What a call does, which decides what its failure means.</summary>
internal enum Access
{
    /// <summary>It reads: a failure leaves everything as it was.</summary>
    Read,

    /// <summary>It writes what the store does not know of yet: a failure leaves the store as it was.</summary>
    Prepare,

    /// <summary>It writes the store: a failure leaves open what is on the disk.</summary>
    Write,
}
