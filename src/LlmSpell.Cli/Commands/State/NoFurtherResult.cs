using System.Text.Json;
using LlmSpell.Cli.Output;

namespace LlmSpell.Cli.Commands.State;

/// <summary>All that there is to say was written to standard output already, in a form of its own. Only with text output.</summary>
/// <param name="Aside">What a person at a terminal likes to read besides.</param>
internal sealed record NoFurtherResult(string? Aside = null) : ICommandResult
{
    public void WriteJson(Utf8JsonWriter json) => throw new InvalidOperationException("A command that writes its own output takes no --output json.");

    public void WriteText(TextOutput text)
    {
        if (Aside is not null)
        {
            text.Aside(Aside);
        }
    }
}
