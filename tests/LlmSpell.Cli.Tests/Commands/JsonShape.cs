using System.Text.Json;
using System.Text.RegularExpressions;
using LlmSpell.Testing;

namespace LlmSpell.Cli.Tests.Commands;

/// <summary>Compares a document with the sample in docs/cli.md: the same names in the same order, values of the same kinds.</summary>
internal static class JsonShape
{
    public static void AssertAsDocumented(string sample, JsonElement actual)
    {
        string page = File.ReadAllText(Path.Combine(SourceTree.Root, "docs", "cli.md"));
        Match match = Regex.Match(page, $"<!-- json: {Regex.Escape(sample)} -->\n+```json\n(.*?)```", RegexOptions.Singleline);
        Assert.True(match.Success, $"docs/cli.md has no sample of JSON for: {sample}");
        Compare(JsonDocument.Parse(match.Groups[1].Value).RootElement, actual, "$");
    }

    private static void Compare(JsonElement documented, JsonElement actual, string path)
    {
        // A setting's value is of the setting's kind; values of entries are the users'.
        if (path is "$.settings[].value" or "$.differences[].before" or "$.differences[].after")
        {
            return;
        }

        // A field that may be null is documented with one or the other.
        if (documented.ValueKind == JsonValueKind.Null || actual.ValueKind == JsonValueKind.Null)
        {
            return;
        }

        Assert.True(KindOf(documented) == KindOf(actual), $"{path} is {actual.ValueKind}, documented is {documented.ValueKind}");
        if (actual.ValueKind == JsonValueKind.Object)
        {
            CompareObjects(documented, actual, path);
        }
        else if (actual.ValueKind == JsonValueKind.Array && documented.GetArrayLength() > 0)
        {
            foreach (JsonElement item in actual.EnumerateArray())
            {
                Compare(documented[0], item, path + "[]");
            }
        }
    }

    private static void CompareObjects(JsonElement documented, JsonElement actual, string path)
    {
        // What users choose themselves: labels and the fields of their values.
        if (path.EndsWith(".labels", StringComparison.Ordinal) || path == "$.value")
        {
            return;
        }

        Assert.Equal(
            documented.EnumerateObject().Select(property => $"{path}.{property.Name}"),
            actual.EnumerateObject().Select(property => $"{path}.{property.Name}"));
        foreach (JsonProperty property in actual.EnumerateObject())
        {
            Compare(documented.GetProperty(property.Name), property.Value, $"{path}.{property.Name}");
        }
    }

    private static string KindOf(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.True or JsonValueKind.False => "boolean",
        _ => element.ValueKind.ToString(),
    };
}
