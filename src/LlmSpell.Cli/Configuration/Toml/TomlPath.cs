using System.Collections.Immutable;

namespace LlmSpell.Cli.Configuration.Toml;

/// <summary>The names from the root to a table or key. Equality is by content, ordinal.</summary>
internal readonly struct TomlPath(ImmutableArray<string> names) : IEquatable<TomlPath>
{
    private readonly ImmutableArray<string> _names = names;

    public static TomlPath Root { get; } = new([]);

    public ReadOnlySpan<string> Names => _names.AsSpan();

    public int Length => _names.Length;

    public string Last => _names[^1];

    public TomlPath Parent => new(_names.RemoveAt(_names.Length - 1));

    public static TomlPath Parse(string dotted) => new([.. dotted.Split('.')]);

    public TomlPath Append(TomlPath tail) => new(_names.AddRange(tail._names));

    public bool StartsWith(TomlPath other) => Names.StartsWith(other.Names);

    public bool Equals(TomlPath other) => Names.SequenceEqual(other.Names);

    public override bool Equals(object? obj) => obj is TomlPath other && Equals(other);

    public override int GetHashCode()
    {
        HashCode hash = default;
        foreach (string name in Names)
        {
            hash.Add(name, StringComparer.Ordinal);
        }

        return hash.ToHashCode();
    }

    public override string ToString() => string.Join('.', _names);
}
