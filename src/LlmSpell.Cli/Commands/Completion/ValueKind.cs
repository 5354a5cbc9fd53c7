namespace LlmSpell.Cli.Commands.Completion;

/// <summary>What may stand in the place of a value.</summary>
internal enum ValueKind
{
    /// <summary>Anything: nobody can guess it.</summary>
    Free,
    File,
    Script,
    Folder,
    Scope,
    Key,
    Backup,

    /// <summary>Words that follow one another as the names of commands do.</summary>
    CommandName,
}
