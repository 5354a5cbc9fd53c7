namespace LlmSpell.Cli.Commands.State.Transfer;

/// <summary>What an import did to the state, or would do.</summary>
/// <param name="Added">Keys that were not there.</param>
/// <param name="Changed">Keys that had another value.</param>
/// <param name="Unchanged">Keys that had this very value, which were left alone.</param>
/// <param name="ReplacedEntries">How many entries the state had that was replaced.</param>
internal sealed record ImportCounts(long Added, long Changed, long Unchanged, long ReplacedEntries);
