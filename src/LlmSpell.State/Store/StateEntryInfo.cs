namespace LlmSpell.State;

/// <summary>What the store knows of an entry beside its value. Immutable.</summary>
/// <param name="ModifiedAt">When it was saved last, UTC, to the microsecond.</param>
/// <param name="Size">The length of its value, in bytes of MessagePack.</param>
public readonly record struct StateEntryInfo(DateTimeOffset ModifiedAt, int Size);
