using System.Text.Json;
using LlmSpell.Cli.Failures;

namespace LlmSpell.Cli.Output;

/// <summary>What a command found or did, to be written in either format. The fields of the JSON are a contract: docs/cli.md.</summary>
internal interface ICommandResult
{
    ExitCode Code => ExitCodes.Done;

    /// <summary>Writes the fields of the one object on standard output.</summary>
    void WriteJson(Utf8JsonWriter json);

    /// <summary>Writes lines for people.</summary>
    void WriteText(TextOutput text);
}
