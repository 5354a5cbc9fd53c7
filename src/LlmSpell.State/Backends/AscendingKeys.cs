namespace LlmSpell.State;

/// <summary>Checks that the keys of a stream are valid and strictly ascending. Not thread-safe.</summary>
internal sealed class AscendingKeys
{
    private readonly byte[] _scope = new byte[StateKey.MaxScopeBytes];
    private readonly byte[] _key = new byte[StateKey.MaxKeyBytes];
    private int _scopeLength;
    private int _keyLength;

    /// <summary>Takes the next key; returns what is wrong with it as the rest of a sentence, or null.</summary>
    internal string? Problem(ReadOnlySpan<byte> scope, ReadOnlySpan<byte> key)
    {
        // Most keys have the scope of the one before, whose rules then need not be looked at again.
        bool isSameScope = _scopeLength > 0 && scope.SequenceEqual(_scope.AsSpan(0, _scopeLength));
        if (!isSameScope && KeyRules.Problem(scope, StateKey.MaxScopeBytes) is { } scopeProblem)
        {
            return $"has a scope that {scopeProblem}";
        }

        if (KeyRules.Problem(key, StateKey.MaxKeyBytes) is { } keyProblem)
        {
            return $"has a key that {keyProblem}";
        }

        bool ascends = isSameScope
            ? key.SequenceCompareTo(_key.AsSpan(0, _keyLength)) > 0
            : scope.SequenceCompareTo(_scope.AsSpan(0, _scopeLength)) > 0;
        if (!ascends)
        {
            return "does not come after the one before it";
        }

        if (!isSameScope)
        {
            scope.CopyTo(_scope);
            _scopeLength = scope.Length;
        }

        key.CopyTo(_key);
        _keyLength = key.Length;
        return null;
    }
}
