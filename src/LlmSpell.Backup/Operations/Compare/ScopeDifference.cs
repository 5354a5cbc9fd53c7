namespace LlmSpell.Backup;

/// <summary>How many entries of one scope differ. Immutable.</summary>
/// <param name="Scope">The scope.</param>
/// <param name="Added">Entries that only the later state has.</param>
/// <param name="Changed">Entries whose values differ.</param>
/// <param name="Removed">Entries that only the earlier state has.</param>
public sealed record ScopeDifference(string Scope, long Added, long Changed, long Removed);
