namespace LlmSpell.Cli.Repl.Completion;

internal interface ICompleter
{
    /// <param name="text">The input up to the cursor.</param>
    Completion Complete(string text);
}
