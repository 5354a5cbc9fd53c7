using System.Text.Json;
using LlmSpell.Cli.Failures;

namespace LlmSpell.Cli.Output;

/// <summary>A failure as the property <c>error</c>.</summary>
internal static class FailureJson
{
    public static void Write(Utf8JsonWriter json, Failure failure)
    {
        json.WriteStartObject("error"u8);
        json.WriteString("kind"u8, failure.Code.Kind);
        json.WriteNumber("exit_code"u8, failure.Code.Number);
        json.WriteString("message"u8, failure.Message);
        json.WriteString("hint"u8, failure.Hint);
        if (failure.Traceback is not null)
        {
            json.WriteString("traceback"u8, failure.Traceback);
        }

        if (failure.File is not null)
        {
            json.WriteString("file"u8, failure.File);
        }

        if (failure.Block is { } block)
        {
            json.WriteNumber("block"u8, block);
        }

        if (failure.Problems.Count > 0)
        {
            ProblemJson.WriteList(json, failure.Problems);
        }

        json.WriteEndObject();
    }
}
