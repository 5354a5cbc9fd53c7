using System.Text.Json;

namespace LlmSpell.Cli.Tests.Commands;

/// <summary>What a command line left behind.</summary>
public sealed record CommandOutcome(int Code, string Output, string Error)
{
    /// <summary>Standard output as the one JSON document that it must be.</summary>
    public JsonElement Json => JsonDocument.Parse(Output).RootElement;

    /// <summary>The outcome, if the command was done.</summary>
    public CommandOutcome Done()
    {
        Assert.True(Code == 0, $"exit code {Code}\n{Output}\n{Error}");
        return this;
    }

    /// <summary>The one-line error message, if the command failed with this code.</summary>
    public string FailedWith(int code)
    {
        Assert.True(Code == code, $"exit code {Code} instead of {code}\n{Output}\n{Error}");
        Assert.Empty(Output);
        Assert.StartsWith("llmspell: ", Error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", Error, StringComparison.Ordinal);
        return Error;
    }
}
