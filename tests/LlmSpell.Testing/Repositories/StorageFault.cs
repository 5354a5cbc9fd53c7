namespace LlmSpell.Testing.Repositories;

/// <summary>How the operation fails that a <see cref="FaultyStorage"/> was told to fail.</summary>
public enum StorageFault
{
    /// <summary>It does nothing and throws.</summary>
    Before,

    /// <summary>It is done, and throws all the same: a reply that got lost.</summary>
    After,

    /// <summary>A write or a read does half of its bytes and throws; anything else is as <see cref="Before"/>.</summary>
    HalfWay,
}
