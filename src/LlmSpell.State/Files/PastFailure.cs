namespace LlmSpell.State.Files;

/// <summary>Tells anew of a failure that has been thrown before: to throw one object on several threads mixes up where it came from.</summary>
internal static class PastFailure
{
    internal static StateException Again(StateException failure) => failure is StateCorruptException
        ? new StateCorruptException(failure.Message, failure.Hint, failure)
        : new StateStorageException(failure.Message, failure.Hint, failure, outcomeUnknown: failure is StateStorageException { OutcomeUnknown: true });
}
