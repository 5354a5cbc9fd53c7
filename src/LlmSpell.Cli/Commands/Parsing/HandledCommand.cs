using System.CommandLine;
using LlmSpell.Cli.Output;

namespace LlmSpell.Cli.Commands.Parsing;

/// <summary>A command that does something. Its handler is called here and not through the library, which would add handlers of its own for signals and exceptions.</summary>
internal sealed class HandledCommand(string name, string description, Func<CommandContext, Task<ICommandResult>> handler)
    : Command(name, description)
{
    public Func<CommandContext, Task<ICommandResult>> Handler { get; } = handler;

    /// <summary>Whether everything after its first argument belongs to a script, options included.</summary>
    public bool TakesScript { get; init; }

    /// <summary>Whether it asks before it goes on, so that <c>--yes</c> has a meaning.</summary>
    public bool CanAsk { get; init; }

    /// <summary>Whether, called so, it only reads the state, and so need not wait for a process that has it to itself; default: it may write.</summary>
    public Func<CommandContext, bool> OnlyReads { get; init; } = static _ => false;

    /// <summary>Gives at least one, the simplest first. A function, since only help and manual need them.</summary>
    public Func<Example[]> Examples { get; init; } = static () => [];

    /// <summary>Other commands worth a look, as in <c>backup list</c>; those of its own group are named anyhow.</summary>
    public string[] SeeAlso { get; init; } = [];
}
