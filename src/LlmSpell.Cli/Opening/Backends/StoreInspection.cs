namespace LlmSpell.Cli.Opening.Backends;

/// <summary>What a look into a state found, besides what it says of itself.</summary>
/// <param name="Format">The format of its files.</param>
/// <param name="Bytes">How much of the disk it takes.</param>
/// <param name="Damage">What the database finds wrong with itself, a few lines of it; null where it is too large to be read now.</param>
/// <param name="NewestEntry">When the newest entry was modified; null if there is none, or it was too large.</param>
internal sealed record StoreInspection(int Format, long Bytes, IReadOnlyList<string>? Damage, DateTimeOffset? NewestEntry);
