using System.Text;
using LlmSpell.State;

namespace LlmSpell.Backup;

/// <summary>Which entries are meant: those of some scopes, whose keys start with some prefixes. Immutable and thread-safe.</summary>
public sealed class EntrySelection
{
    private const char Wildcard = '*';

    private readonly ScopePattern[] _scopes;
    private readonly byte[][] _prefixes;

    private EntrySelection(ScopePattern[] scopes, byte[][] prefixes)
    {
        _scopes = scopes;
        _prefixes = prefixes;
        Ranges = MergeRanges(scopes.Length == 0 ? [KeyRange.All] : scopes.SelectMany(scope => scope.Ranges(prefixes)));
    }

    /// <summary>Every entry.</summary>
    public static EntrySelection All { get; } = new([], []);

    /// <summary>Selects entries by scope and key.</summary>
    /// <param name="scopes">
    /// Scopes, any of which may be an entry's: a name, or the beginning of names with a <c>*</c> at its end. None: every scope.
    /// </param>
    /// <param name="keyPrefixes">Beginnings, any of which may be a key's. None, or an empty one: every key.</param>
    /// <exception cref="ArgumentException">A scope or a prefix could not be that of any entry, or has a <c>*</c> elsewhere than at its end.</exception>
    public static EntrySelection Of(IEnumerable<string> scopes, IEnumerable<string> keyPrefixes)
    {
        ArgumentNullException.ThrowIfNull(scopes);
        ArgumentNullException.ThrowIfNull(keyPrefixes);
        ScopePattern[] patterns = [.. scopes.Select(ScopePattern.Parse)];
        byte[][] prefixes = [.. keyPrefixes.Select(EncodePrefix)];
        if (prefixes.Any(static prefix => prefix.Length == 0))
        {
            prefixes = [];
        }

        return patterns.Any(static pattern => pattern.TakesAll) ? new EntrySelection([], prefixes) : new EntrySelection(patterns, prefixes);
    }

    /// <summary>The keys of one scope that start with a prefix, which may be empty; a * is a character like others.</summary>
    internal static EntrySelection OfScope(string scope, string prefix)
    {
        ArgumentNullException.ThrowIfNull(prefix);
        return new([new ScopePattern(KeyRules.EncodeScope(scope), IsPrefix: false)], prefix.Length == 0 ? [] : [EncodePrefix(prefix)]);
    }

    /// <summary>Whether every entry is meant.</summary>
    public bool TakesAll => _scopes.Length == 0 && _prefixes.Length == 0;

    /// <summary>What it takes, for messages: <c>scope agent:*, keys config.*</c>.</summary>
    public override string ToString()
    {
        if (TakesAll)
        {
            return "everything";
        }

        string scopes = _scopes.Length == 0 ? "every scope" : $"scope {string.Join(", ", _scopes.Select(static scope => scope.ToString()))}";
        string keys = string.Join(", ", _prefixes.Select(static prefix => Encoding.UTF8.GetString(prefix) + Wildcard));
        return keys.Length == 0 ? scopes : $"{scopes}, keys {keys}";
    }

    /// <summary>Ranges that hold all selected keys, and others too: in order, and none meets another.</summary>
    internal IReadOnlyList<KeyRange> Ranges { get; }

    /// <summary>Whether an entry is selected.</summary>
    internal bool Takes(ReadOnlySpan<byte> scope, ReadOnlySpan<byte> key) => TakesScope(scope) && TakesKey(key);

    private bool TakesScope(ReadOnlySpan<byte> scope)
    {
        foreach (ScopePattern pattern in _scopes)
        {
            if (pattern.Takes(scope))
            {
                return true;
            }
        }

        return _scopes.Length == 0;
    }

    private bool TakesKey(ReadOnlySpan<byte> key)
    {
        foreach (byte[] prefix in _prefixes)
        {
            if (key.StartsWith(prefix))
            {
                return true;
            }
        }

        return _prefixes.Length == 0;
    }

    private static byte[] EncodePrefix(string prefix)
    {
        byte[] bytes = KeyRules.StrictUtf8(prefix, "key prefix");
        if (bytes.Length > 0)
        {
            KeyRules.Validate(bytes, "key prefix", StateKey.MaxKeyBytes);
        }

        return bytes;
    }

    private static KeyRange[] MergeRanges(IEnumerable<KeyRange> ranges)
    {
        List<KeyRange> merged = [];
        foreach (KeyRange range in ranges.Order(Comparer<KeyRange>.Create(static (a, b) => Compare(a.From, b.From))))
        {
            if (merged.Count > 0 && merged[^1] is { To: { } end } last && range.From is { } from)
            {
                if (Compare(from, end) <= 0)
                {
                    bool reaches = range.To is null || Compare(range.To, end) > 0;
                    merged[^1] = last with { To = reaches ? range.To : end };
                    continue;
                }
            }
            else if (merged.Count > 0)
            {
                // The last one has no end.
                continue;
            }

            merged.Add(range);
        }

        return [.. merged];
    }

    private static int Compare(KeyBound? a, KeyBound? b) =>
        a is null ? (b is null ? 0 : -1) : b is null ? 1 : a.CompareTo(b.Scope.Span, b.Key.Span);

    /// <summary>A scope, or the beginning of scopes.</summary>
    private readonly record struct ScopePattern(byte[] Name, bool IsPrefix)
    {
        internal bool TakesAll => IsPrefix && Name.Length == 0;

        internal static ScopePattern Parse(string text)
        {
            ArgumentNullException.ThrowIfNull(text);
            bool isPrefix = text.EndsWith(Wildcard);
            string name = isPrefix ? text[..^1] : text;
            if (name.Contains(Wildcard, StringComparison.Ordinal))
            {
                throw new ArgumentException($"The scope '{text}' has a * before its end; a * can only stand for the rest of a name, as in agent:*.", nameof(text));
            }

            return new ScopePattern(isPrefix && name.Length == 0 ? [] : KeyRules.EncodeScope(name), isPrefix);
        }

        internal bool Takes(ReadOnlySpan<byte> scope) => IsPrefix ? scope.StartsWith(Name) : scope.SequenceEqual(Name);

        internal IEnumerable<KeyRange> Ranges(byte[][] prefixes)
        {
            byte[] name = Name;
            return IsPrefix ? [KeyRange.WithScopePrefix(name)]
                : prefixes.Length == 0 ? [KeyRange.WithPrefix(name, [])]
                : prefixes.Select(prefix => KeyRange.WithPrefix(name, prefix));
        }

        public override string ToString() => Encoding.UTF8.GetString(Name) + (IsPrefix ? Wildcard : "");
    }
}
