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
        if (KeyRules.Problem(scope, StateKey.MaxScopeBytes) is { } scopeProblem)
        {
            return $"has a scope that {scopeProblem}";
        }

        if (KeyRules.Problem(key, StateKey.MaxKeyBytes) is { } keyProblem)
        {
            return $"has a key that {keyProblem}";
        }

        if (_scopeLength > 0 && StateKey.Compare(_scope.AsSpan(0, _scopeLength), _key.AsSpan(0, _keyLength), scope, key) >= 0)
        {
            return "does not come after the one before it";
        }

        scope.CopyTo(_scope);
        key.CopyTo(_key);
        _scopeLength = scope.Length;
        _keyLength = key.Length;
        return null;
    }
}
