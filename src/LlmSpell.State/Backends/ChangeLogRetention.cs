namespace LlmSpell.State;

/// <summary>How much of its change log a store keeps, so that incrementals stay possible. The same for every backend.</summary>
public static class ChangeLogRetention
{
    /// <summary>The fewest changes kept, however small the state is.</summary>
    public const long MinChanges = 100_000;

    /// <summary>How many of the newest changes must stay: at least <see cref="MinChanges"/> and one for each live entry.</summary>
    public static long ChangesToKeep(long entries) => Math.Max(MinChanges, entries);
}
