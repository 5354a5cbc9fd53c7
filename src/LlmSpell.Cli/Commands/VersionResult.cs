using System.Reflection;
using System.Text.Json;
using LlmSpell.Cli.Output;

namespace LlmSpell.Cli.Commands;

internal sealed class VersionResult : ICommandResult
{
    public static string Version { get; } =
        typeof(VersionResult).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown";

    public void WriteJson(Utf8JsonWriter json)
    {
        json.WriteString("name"u8, "llmspell"u8);
        json.WriteString("version"u8, Version);
    }

    public void WriteText(TextOutput text) => text.Line($"llmspell {Version}");
}
