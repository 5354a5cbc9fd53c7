namespace LlmSpell.State;

/// <summary>What the options of all backends have in common: the defaults, and what a value must be.</summary>
internal static class BackendOptions
{
    internal const string DefaultFolder = ".llmspell";

    internal static readonly TimeSpan DefaultBusyTimeout = TimeSpan.FromSeconds(30);

    /// <exception cref="ArgumentException">It is none.</exception>
    internal static string Folder(string? value) => !string.IsNullOrEmpty(value) && !value.Contains('\0', StringComparison.Ordinal)
        ? value
        : throw new ArgumentException("The state's folder needs a name, without NUL.", nameof(value));

    /// <param name="value">The timeout.</param>
    /// <param name="name">How the caller calls it.</param>
    /// <exception cref="ArgumentOutOfRangeException">It is below 0 or above 24 hours.</exception>
    internal static TimeSpan BusyTimeout(TimeSpan value, string name = "value") => value >= TimeSpan.Zero && value <= TimeSpan.FromDays(1)
        ? value
        : throw new ArgumentOutOfRangeException(name, value, "The busy timeout must be between 0 and 24 hours.");

    /// <exception cref="ArgumentOutOfRangeException">It has no name.</exception>
    internal static StateDurability Durability(StateDurability value) => Enum.IsDefined(value)
        ? value
        : throw new ArgumentOutOfRangeException(nameof(value), value, "There is no such durability.");
}
