namespace LlmSpell.Testing.Repositories;

/// <summary>How the operation fails that a <see cref="FaultyStorage"/> or a <see cref="Backends.FaultyBackend"/> was told to fail.</summary>
public enum StorageFault
{
    /// <summary>It does nothing and throws.</summary>
    Before,

    /// <summary>It is done, and throws all the same: a reply that got lost.</summary>
    After,

    /// <summary>What can be cut short does a part and throws: writes, reads, deletions, appends. Anything else is as <see cref="Before"/>.</summary>
    HalfWay,

    /// <summary>It is done, but only when <c>Meanwhile</c> is: others get far in between.</summary>
    Delayed,
}
