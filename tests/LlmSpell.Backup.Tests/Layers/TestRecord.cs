using System.Text;

namespace LlmSpell.Backup.Tests;

/// <summary>One record, comparable; without a value it is a tombstone.</summary>
internal sealed record TestRecord(string Scope, string Key, long ModifiedAt, byte[]? Value)
{
    internal byte[] ScopeBytes => Encoding.UTF8.GetBytes(Scope);

    internal byte[] KeyBytes => Encoding.UTF8.GetBytes(Key);

    public bool Equals(TestRecord? other) =>
        other is not null
        && Scope == other.Scope && Key == other.Key && ModifiedAt == other.ModifiedAt
        && (Value is null) == (other.Value is null)
        && Value.AsSpan().SequenceEqual(other.Value);

    public override int GetHashCode() => HashCode.Combine(Scope, Key, ModifiedAt, Value?.Length);

    public override string ToString() => $"{Scope}/{Key} at {ModifiedAt}: {(Value is null ? "deleted" : $"{Value.Length} bytes")}";
}
