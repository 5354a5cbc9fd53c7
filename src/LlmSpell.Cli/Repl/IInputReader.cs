namespace LlmSpell.Cli.Repl;

/// <summary>Where the inputs of a session come from.</summary>
internal interface IInputReader
{
    /// <summary>The next input, perhaps of several lines; null at the end.</summary>
    string? Read();
}
