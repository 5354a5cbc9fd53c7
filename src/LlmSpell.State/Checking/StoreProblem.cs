namespace LlmSpell.State;

/// <summary>One thing that a check of a store found wrong. Immutable.</summary>
/// <param name="Message">What is wrong, as a sentence without its end.</param>
/// <param name="Scope">The scope of the entry that it is about; null if it is about none.</param>
/// <param name="Key">The key of that entry.</param>
public sealed record StoreProblem(string Message, string? Scope = null, string? Key = null);
