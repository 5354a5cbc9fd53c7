using LlmSpell.State;

namespace LlmSpell.Backup;

/// <summary>An empty store that is thrown away, for restoring a backup into it and looking whether it came back. Disposing it removes it with all its files.</summary>
public interface IScratchStore : IDisposable
{
    /// <summary>The store; it has no entries yet, and one that has some is refused. Closed when the scratch store is disposed.</summary>
    StateStore Store { get; }
}
