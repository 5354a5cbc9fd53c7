namespace LlmSpell.Cli.Repl.Editing;

/// <summary>What is to happen after a key.</summary>
internal enum EditResult
{
    /// <summary>Editing goes on.</summary>
    Continue,

    /// <summary>The text is to be run.</summary>
    Submit,

    /// <summary>The text was given up, and a new prompt is wanted below it.</summary>
    Discard,

    /// <summary>The person wants to leave.</summary>
    Leave,

    /// <summary>The screen is to be cleared; editing goes on.</summary>
    ClearScreen,

    /// <summary>The process is to be stopped as by Ctrl-Z; editing goes on when it is continued.</summary>
    Suspend,
}
