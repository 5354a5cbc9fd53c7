using System.Text.Json;
using LlmSpell.Cli.Configuration.Problems;

namespace LlmSpell.Cli.Output;

internal static class ProblemJson
{
    /// <summary>The property <c>problems</c>.</summary>
    public static void WriteList(Utf8JsonWriter json, IReadOnlyList<ConfigurationProblem> problems)
    {
        json.WriteStartArray("problems"u8);
        foreach (ConfigurationProblem problem in problems)
        {
            json.WriteStartObject();
            json.WriteString("severity"u8, problem.Severity == ProblemSeverity.Error ? "error"u8 : "notice"u8);
            json.WriteString("file"u8, problem.File);
            WriteNumber(json, "line"u8, problem.Place?.Line);
            WriteNumber(json, "column"u8, problem.Place?.Column);
            json.WriteString("key"u8, problem.Key);
            json.WriteString("message"u8, problem.Message);
            json.WriteString("hint"u8, problem.Hint);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteNumber(Utf8JsonWriter json, ReadOnlySpan<byte> name, int? number)
    {
        if (number is { } present)
        {
            json.WriteNumber(name, present);
        }
        else
        {
            json.WriteNull(name);
        }
    }
}
