using LlmSpell.Cli.Configuration;
using LlmSpell.State;

namespace LlmSpell.Cli.Opening.Backends;

/// <summary>What the program has to know of one backend that keeps a state in the state's folder. Immutable; creating one loads nothing.</summary>
internal interface IBackendDriver
{
    /// <summary>As in the configuration.</summary>
    string Name { get; }

    /// <summary>Whether several processes can have one state open at once.</summary>
    bool IsShared { get; }

    /// <summary>The file or folder that is the state, for messages.</summary>
    string PathIn(string folder);

    /// <summary>The file that is there exactly if a state is.</summary>
    string MarkIn(string folder);

    /// <summary>Whether opening makes a new state.</summary>
    bool WouldMake(string folder);

    /// <summary>Opens the state; makes it if there is none.</summary>
    /// <param name="configuration">Where it lies.</param>
    /// <param name="clock">Measures the waiting.</param>
    /// <param name="cancellationToken">Ends the wait for another process that has it to itself.</param>
    IStateBackend Open(StateConfiguration configuration, TimeProvider clock, CancellationToken cancellationToken);

    /// <summary>Opens a state that is there for reading, beside whoever has it open.</summary>
    /// <exception cref="StateException">It cannot be opened, nor a view of it be had.</exception>
    ReadableBackend OpenForReading(StateConfiguration configuration, TimeProvider clock);

    /// <summary>The files in which the state lies, as they are now; they are only looked at from outside.</summary>
    IReadOnlyList<StoreFile> FilesIn(string folder);

    /// <summary>Those of them that whoever writes must be able to write.</summary>
    IReadOnlyList<string> WrittenFilesIn(string folder);

    /// <summary>Looks into a state that is open, and changes nothing.</summary>
    /// <param name="configuration">Where it lies.</param>
    /// <param name="store">The same, open.</param>
    /// <param name="maxBytes">A larger one is not read through.</param>
    /// <param name="clock">Measures the waiting.</param>
    StoreInspection Inspect(StateConfiguration configuration, StateStore store, long maxBytes, TimeProvider clock);

    /// <summary>Moves a damaged state aside, whole. This process must have closed it.</summary>
    /// <returns>The folder in which it is now.</returns>
    string MoveDamagedAside(string folder, TimeProvider clock);
}
