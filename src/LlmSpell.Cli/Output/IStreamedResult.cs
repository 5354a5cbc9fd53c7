namespace LlmSpell.Cli.Output;

/// <summary>
/// A result that is found only while it is written, since it may be larger than the memory. It is written while the state and the backups are
/// still open, and its code is known after that.
/// </summary>
internal interface IStreamedResult : ICommandResult;
