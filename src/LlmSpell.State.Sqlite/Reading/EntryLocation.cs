namespace LlmSpell.State.Sqlite.Reading;

/// <summary>What a writer needs to know of the entry that it replaces.</summary>
/// <param name="Hash">Its hash.</param>
/// <param name="Large">Where its value is in <c>large_values</c>; null if it lies in the entry's row.</param>
internal readonly record struct EntryLocation(EntryHash Hash, long? Large);
