using System.Globalization;
using System.Text;
using System.Text.Json;

namespace LlmSpell.Cli.Output;

internal static class JsonText
{
    private const int EscapeLength = 6;

    public static void WriteList(Utf8JsonWriter json, ReadOnlySpan<byte> name, IEnumerable<string> texts)
    {
        json.WriteStartArray(name);
        foreach (string text in texts)
        {
            json.WriteStringValue(text);
        }

        json.WriteEndArray();
    }

    /// <summary>JSON with the characters beyond U+FFFF as they are, which the encoder always escapes; those that cannot be seen stay escaped.</summary>
    public static string Readable(string json)
    {
        int from = json.IndexOf('\\');
        if (from < 0)
        {
            return json;
        }

        var text = new StringBuilder(json, 0, from, json.Length);
        for (int index = from; index < json.Length; index++)
        {
            if (json[index] != '\\')
            {
                text.Append(json[index]);
            }
            else if (PairAt(json, index) is { } rune)
            {
                text.Append(rune);
                index += (2 * EscapeLength) - 1;
            }
            else
            {
                // Both characters: the second may be a backslash too, and begins nothing then.
                text.Append(json, index++, 2);
            }
        }

        return text.ToString();
    }

    private static Rune? PairAt(string json, int index) =>
        UnitAt(json, index) is { } high && UnitAt(json, index + EscapeLength) is { } low && Rune.TryCreate(high, low, out Rune rune) && IsVisible(rune)
            ? rune : null;

    private static char? UnitAt(string json, int index) =>
        index + EscapeLength <= json.Length && json[index] == '\\' && json[index + 1] == 'u'
            ? (char)ushort.Parse(json.AsSpan(index + 2, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture) : null;

    private static bool IsVisible(Rune rune) => Rune.GetUnicodeCategory(rune)
        is not (UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned);
}
