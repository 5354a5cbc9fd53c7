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

    internal EntryDifference ToDifference() => new(
        Kind,
        StateKey.FromValidated(Scope, Key),
        Kind == DifferenceKind.Added ? null : StateValue.FromStored(before.Value.ToArray()),
        Kind == DifferenceKind.Removed ? null : StateValue.FromStored(after.Value.ToArray()));

    // Which of the two comes first.
    private int Order() => !_hasBefore ? 1
        : !_hasAfter ? -1
        : StateKey.Compare(before.Scope, before.Key, after.Scope, after.Key);
}
