namespace LlmSpell.State;

/// <summary>What the store knows of an entry beside its value. Immutable.</summary>
/// <param name="ModifiedAt">When it was saved last, UTC, to the microsecond.</param>
/// <param name="Size">The length of its value, in bytes of MessagePack.</param>
public readonly record struct StateEntryInfo(DateTimeOffset ModifiedAt, int Size)
{
    /// <exception cref="StateCorruptException">The time is none that can be saved.</exception>
    internal static StateEntryInfo Of(StateKey key, long modifiedAt, int size) => UnixTime.Problem(modifiedAt) is { } problem
        ? throw new StateCorruptException($"The entry {key} {problem}.", "Save it anew; `llmspell state check` names all that is damaged.")
        : new StateEntryInfo(UnixTime.ToMoment(modifiedAt), size);
}
