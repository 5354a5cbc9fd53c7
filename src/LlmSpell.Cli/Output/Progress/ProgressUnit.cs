namespace LlmSpell.Cli.Output.Progress;

/// <summary>What is counted while something runs.</summary>
internal enum ProgressUnit
{
    /// <summary>Nothing: only the time shows that it goes on.</summary>
    None,
    Entries,
    Bytes,
}
