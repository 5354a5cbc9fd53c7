using System.Text.Json;

namespace LlmSpell.Backup;

/// <summary>Reads the fields of one JSON object out of a repository; whatever is missing or not as it must be is damage.</summary>
internal readonly struct JsonFields
{
    private readonly string _file;
    private readonly string _where;
    private readonly JsonElement _object;

    /// <summary>The file's path, for messages.</summary>
    internal string File => _file;

    internal JsonFields(string file, JsonElement element, string where = "")
    {
        _file = file;
        _where = where;
        _object = element.ValueKind == JsonValueKind.Object ? element : throw Damage(file, $"holds no JSON object{Suffix(where)}");
    }

    /// <summary>Checks the fields that come before all others: what the file is, its format, and what it requires.</summary>
    internal void CheckHeader(string type)
    {
        string found = Text("type");
        if (found != type)
        {
            throw Damage(_file, $"says it is \"{found}\", not \"{type}\"");
        }

        FormatVersion.Check(_file, Integer("format", long.MinValue, long.MaxValue));
        foreach (JsonElement name in Array("requires", FormatVersion.MaxRequires))
        {
            FormatVersion.CheckRequirement(_file, name.ValueKind == JsonValueKind.String ? name.GetString()! : name.GetRawText());
        }
    }

    internal string Text(string name) => OptionalText(name) ?? throw Wrong(name, "a text");

    /// <summary>A text or null; the field must be there.</summary>
    internal string? OptionalText(string name)
    {
        JsonElement value = Field(name);
        return value.ValueKind switch
        {
            JsonValueKind.String => value.GetString(),
            JsonValueKind.Null => null,
            _ => throw Wrong(name, "a text"),
        };
    }

    internal long Integer(string name, long min = 0, long max = long.MaxValue)
    {
        JsonElement value = Field(name);
        return value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out long number) && number >= min && number <= max
            ? number
            : throw Wrong(name, $"a whole number from {min} to {max}");
    }

    internal bool Boolean(string name) => Field(name).ValueKind switch
    {
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        _ => throw Wrong(name, "true or false"),
    };

    internal JsonElement.ArrayEnumerator Array(string name, int max)
    {
        JsonElement value = Field(name);
        return value.ValueKind == JsonValueKind.Array && value.GetArrayLength() <= max
            ? value.EnumerateArray()
            : throw Wrong(name, $"a list of at most {max}");
    }

    internal Dictionary<string, string> Texts(string name)
    {
        JsonElement value = Field(name);
        if (value.ValueKind != JsonValueKind.Object)
        {
            throw Wrong(name, "an object of texts");
        }

        Dictionary<string, string> texts = new(StringComparer.Ordinal);
        foreach (JsonProperty property in value.EnumerateObject())
        {
            texts[property.Name] = property.Value.ValueKind == JsonValueKind.String
                ? property.Value.GetString()!
                : throw Wrong(name, "an object of texts");
        }

        return texts;
    }

    internal BackupDamagedException Wrong(string name, string expected)
    {
        string found = _object.TryGetProperty(name, out JsonElement value) ? $"is {Shorten(value.GetRawText())}" : "is missing";
        return Damage(_file, $"is damaged: the field \"{name}\"{Suffix(_where)} {found}, expected {expected}");
    }

    private JsonElement Field(string name) => _object.TryGetProperty(name, out JsonElement value) ? value : throw Wrong(name, "a value");

    private static string Shorten(string text) => text.Length <= 100 ? text : text[..100] + "…";

    private static string Suffix(string where) => where.Length == 0 ? "" : " of " + where;

    private static BackupDamagedException Damage(string file, string problem) => new(file, problem);
}
