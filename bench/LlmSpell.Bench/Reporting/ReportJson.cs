using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace LlmSpell.Bench;

/// <summary>Results as JSON, without reflection so that it works as native code too.</summary>
[JsonSerializable(typeof(BackendsResult))]
[JsonSerializable(typeof(CompareResult))]
[JsonSerializable(typeof(GrowthResult))]
[JsonSerializable(typeof(MemoryResult))]
[JsonSerializable(typeof(MemoryStepResult))]
[JsonSerializable(typeof(StepSample))]
[JsonSerializable(typeof(SubjectFill))]
internal sealed partial class ReportJson : JsonSerializerContext
{
    /// <summary>Readable, for files.</summary>
    internal static ReportJson Indented { get; } = new(Settings(indented: true));

    /// <summary>On one line, from one process to another.</summary>
    internal static ReportJson Compact { get; } = new(Settings(indented: false));

    private static JsonSerializerOptions Settings(bool indented) => new()
    {
        WriteIndented = indented,
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters =
        {
            new JsonStringEnumConverter<BackendStep>(JsonNamingPolicy.SnakeCaseLower),
            new JsonStringEnumConverter<Operation>(JsonNamingPolicy.SnakeCaseLower),
            new JsonStringEnumConverter<ToolKind>(JsonNamingPolicy.SnakeCaseLower),
            new JsonStringEnumConverter<GrowthShape>(JsonNamingPolicy.SnakeCaseLower),
        },
    };
}
