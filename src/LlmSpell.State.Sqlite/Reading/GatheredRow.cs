namespace LlmSpell.State.Sqlite.Reading;

/// <summary>The head of a row in a buffer; the scope, the key, the hash and the value follow it.</summary>
internal struct GatheredRow
{
    /// <summary>Of the head and all that follows.</summary>
    internal int Length;

    internal int ScopeLength;
    internal int KeyLength;
    internal int HashLength;
    internal int ValueLength;
    internal long ModifiedAt;
}
