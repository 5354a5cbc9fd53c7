using LlmSpell.State;

namespace LlmSpell.Backup;

/// <summary>
/// Walks two states side by side and stops at what differs. Values are compared as bytes. The sources stay the caller's; spans are valid
/// until the next step.
/// </summary>
internal sealed class EntryComparison(IEntrySource before, IEntrySource after)
{
    private bool _hasBefore;
    private bool _hasAfter;
    private bool _stepsBefore = true;
    private bool _stepsAfter = true;

    internal DifferenceKind Kind { get; private set; }

    /// <summary>How many entries were the same so far.</summary>
    internal long Unchanged { get; private set; }

    internal ReadOnlySpan<byte> Scope => Kind == DifferenceKind.Removed ? before.Scope : after.Scope;

    internal ReadOnlySpan<byte> Key => Kind == DifferenceKind.Removed ? before.Key : after.Key;

    /// <summary>Goes to the next entry that differs; false after the last.</summary>
    internal async ValueTask<bool> MoveNextAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            if (_stepsBefore)
            {
                _hasBefore = await before.MoveNextAsync(cancellationToken).ConfigureAwait(false);
            }

            if (_stepsAfter)
            {
                _hasAfter = await after.MoveNextAsync(cancellationToken).ConfigureAwait(false);
            }

            if (!_hasBefore && !_hasAfter)
            {
                _stepsBefore = _stepsAfter = false;
                return false;
            }

            int order = Order();
            _stepsBefore = order <= 0;
            _stepsAfter = order >= 0;
            if (order != 0 || !before.Value.SequenceEqual(after.Value))
            {
                Kind = order == 0 ? DifferenceKind.Changed : order < 0 ? DifferenceKind.Removed : DifferenceKind.Added;
                return true;
            }

            Unchanged++;
        }
    }

    /// <summary>The present difference, with its values, for whoever looks into them.</summary>
    /// <exception cref="StateCorruptException">A value is none.</exception>
    internal EntryDifference ToDifference()
    {
        StateKey key = StateKey.FromValidated(Scope, Key);
        return new EntryDifference(
            Kind,
            key,
            Kind == DifferenceKind.Added ? null : ValueOf(key, before),
            Kind == DifferenceKind.Removed ? null : ValueOf(key, after));
    }

    // Those of a backup were checked when their block was loaded; those of a store never were.
    private static StateValue ValueOf(StateKey key, IEntrySource source) => StateValueRules.Problem(source.Value) is not { } problem
        ? StateValue.FromStored(source.Value.ToArray())
        : throw new StateCorruptException(
            $"the entry {key} is not a value: {problem}",
            "`llmspell state check` names all that is damaged; `llmspell backup list` shows what can be restored.");

    // Which of the two comes first.
    private int Order() => !_hasBefore ? 1
        : !_hasAfter ? -1
        : StateKey.Compare(before.Scope, before.Key, after.Scope, after.Key);
}
