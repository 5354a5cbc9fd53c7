namespace LlmSpell.Backup;

/// <summary>What to take, as the user or a restore asks for it. Immutable.</summary>
/// <param name="Incremental">Whether the changes since the newest backup suffice.</param>
/// <param name="Description">What to say of it.</param>
/// <param name="IsSafety">Whether it is of the state that a restore is about to replace.</param>
/// <param name="FullBecause">Why an incremental that was asked for is full; null where it is not known beforehand.</param>
internal sealed record CreateOrder(bool Incremental, string Description, bool IsSafety = false, string? FullBecause = null)
{
    /// <summary>Its labels.</summary>
    internal IReadOnlyDictionary<string, string> Labels { get; init; } = new Dictionary<string, string>();

    /// <summary>Layers of the repository whose every byte was found to be what was written a moment ago; a safety backup reads all others that it builds on.</summary>
    internal IReadOnlyCollection<ManifestLayer> Verified { get; init; } = [];
}
