using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using LlmSpell.Cli.Output;
using LlmSpell.State;

namespace LlmSpell.Cli.Commands.State;

/// <summary>Values for people: as JSON, and as a few words.</summary>
internal static class ValueJson
{
    private static readonly JsonWriterOptions Indented = new()
    {
        Indented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        MaxDepth = 1000,
        NewLine = "\n",
    };

    /// <summary>One line, or for a person at a terminal as many as make it readable.</summary>
    public static string Text(StateValue value, bool isTerminal)
    {
        if (!isTerminal)
        {
            return JsonText.Readable(StateValueJson.ToJson(value));
        }

        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream, Indented))
        {
            StateValueJson.Write(json, value);
        }

        return JsonText.Readable(Encoding.UTF8.GetString(stream.GetBuffer().AsSpan(0, (int)stream.Length)));
    }

    /// <summary>The name that JSON output gives a kind.</summary>
    public static string KindName(StateValue value) => value.Kind.ToString().ToLowerInvariant();

    /// <summary><c>integer 42</c>, <c>string of 3 bytes</c>, <c>map of 12 fields</c>.</summary>
    public static string Describe(StateValue value) => value.Kind switch
    {
        StateValueKind.Boolean or StateValueKind.Integer or StateValueKind.Float => $"{KindName(value)} {StateValueJson.ToJson(value)}",
        StateValueKind.String => $"string of {Quantities.Count(Encoding.UTF8.GetByteCount(value.AsString()), "byte", "bytes")}",
        StateValueKind.Binary => $"binary data of {Quantities.Count(value.AsBinary().Length, "byte", "bytes")}",
        StateValueKind.Array => $"array of {Quantities.Count(value.AsArray().Count, "value", "values")}",
        _ => $"map of {Quantities.Count(value.AsMap().Count, "field", "fields")}",
    };
}
