using System.Text.Json;
using LlmSpell.Cli.Output;

namespace LlmSpell.Cli.Commands.Scripts;

/// <summary>A script that ended by itself. What it printed was written already.</summary>
internal sealed record ScriptResult(string Script, int ExitCode, TimeSpan Duration) : ICommandResult
{
    public void WriteJson(Utf8JsonWriter json)
    {
        json.WriteString("script"u8, Script);
        json.WriteNumber("exit_code"u8, ExitCode);
        json.WriteNumber("duration_ms"u8, Math.Round(Duration.TotalMilliseconds, 3));
    }

    public void WriteText(TextOutput text)
    {
    }
}
