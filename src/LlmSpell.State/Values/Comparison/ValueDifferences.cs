using System.Globalization;
using System.Text;
using LlmSpell.State.MessagePack;

namespace LlmSpell.State;

/// <summary>Finds in which fields and elements two values differ. Thread-safe.</summary>
public static class ValueDifferences
{
    /// <summary>The places that differ, found one after the other: for maps by key, whatever their order; for arrays by position.</summary>
    /// <param name="before">The earlier value.</param>
    /// <param name="after">The later value.</param>
    /// <returns>None if the values are the same but for the order of fields.</returns>
    public static IEnumerable<ValueDifference> Between(StateValue before, StateValue after)
    {
        ArgumentNullException.ThrowIfNull(before);
        ArgumentNullException.ThrowIfNull(after);
        return Compare("", before, after, depth: 0);
    }

    private static IEnumerable<ValueDifference> Compare(string path, StateValue? before, StateValue? after, int depth)
    {
        if (depth > StateValue.MaxDepth)
        {
            throw new MessagePackException($"nesting over {StateValue.MaxDepth} deep", 0);
        }

        if (before is null || after is null)
        {
            return [new ValueDifference(path, before, after)];
        }

        return before.Equals(after) ? []
            : (before.Kind, after.Kind) switch
            {
                (StateValueKind.Array, StateValueKind.Array) => CompareArrays(path, before.AsArray(), after.AsArray(), depth + 1),
                (StateValueKind.Map, StateValueKind.Map) => CompareMaps(path, before.AsMap(), after.AsMap(), depth + 1),
                _ => [new ValueDifference(path, before, after)],
            };
    }

    private static IEnumerable<ValueDifference> CompareArrays(
        string path, IReadOnlyList<StateValue> before, IReadOnlyList<StateValue> after, int depth)
    {
        for (int i = 0; i < Math.Max(before.Count, after.Count); i++)
        {
            string place = string.Create(CultureInfo.InvariantCulture, $"{path}[{i + 1}]");
            foreach (ValueDifference difference in Compare(place, i < before.Count ? before[i] : null, i < after.Count ? after[i] : null, depth))
            {
                yield return difference;
            }
        }
    }

    private static IEnumerable<ValueDifference> CompareMaps(
        string path, IReadOnlyList<KeyValuePair<StateValue, StateValue>> before, IReadOnlyList<KeyValuePair<StateValue, StateValue>> after,
        int depth)
    {
        OrderedDictionary<StateValue, StateValue> earlier = Fields(before);
        OrderedDictionary<StateValue, StateValue> later = Fields(after);
        foreach ((StateValue key, StateValue value) in earlier)
        {
            foreach (ValueDifference difference in Compare(path + Field(key), value, later.GetValueOrDefault(key), depth))
            {
                yield return difference;
            }
        }

        foreach ((StateValue key, StateValue value) in later)
        {
            if (!earlier.ContainsKey(key))
            {
                yield return new ValueDifference(path + Field(key), null, value);
            }
        }
    }

    // Of pairs with the same key the last one counts, as for whoever reads the map.
    private static OrderedDictionary<StateValue, StateValue> Fields(IReadOnlyList<KeyValuePair<StateValue, StateValue>> pairs)
    {
        OrderedDictionary<StateValue, StateValue> fields = new(pairs.Count);
        foreach ((StateValue key, StateValue value) in pairs)
        {
            fields[key] = value;
        }

        return fields;
    }

    private static string Field(StateValue key)
    {
        if (key.Kind != StateValueKind.String)
        {
            return $"[{key}]";
        }

        string name = key.AsString();
        return LuaName.Is(Encoding.UTF8.GetBytes(name)) ? $".{name}" : $"[{Quoted(name)}]";
    }

    private static string Quoted(string text)
    {
        StringBuilder quoted = new("\"");
        foreach (char c in text)
        {
            _ = c switch
            {
                '"' or '\\' => quoted.Append('\\').Append(c),
                '\n' => quoted.Append("\\n"),
                < ' ' or '\x7F' => quoted.Append(CultureInfo.InvariantCulture, $"\\x{(int)c:x2}"),
                _ => quoted.Append(c),
            };
        }

        return quoted.Append('"').ToString();
    }
}
