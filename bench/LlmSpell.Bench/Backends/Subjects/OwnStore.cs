using LlmSpell.State;

namespace LlmSpell.Bench;

/// <summary>A store of ours, on one of the backends.</summary>
/// <param name="id">The backend's name.</param>
/// <param name="folder">Everything of it lies there: the state, backups, what is restored.</param>
internal abstract class OwnStore(string id, string folder) : Subject(id, "llmspell, " + id, ToolKind.Ours, folder)
{
    private StateStore? _store;

    internal StateStore Store => _store ?? throw new InvalidOperationException("The store is not open.");

    internal string Repository => Path.Combine(Folder, "backups");

    internal override IEnumerable<string> Versions => OwnVersions.All;

    internal override bool Supports(BackendStep step) => true;

    internal override void Open(bool strict) => _store = new StateStore(OpenBackend(Path.Combine(Folder, "state"), strict));

    internal override void Close()
    {
        _store?.Dispose();
        _store = null;
    }

    internal override ISession Connect() => new OwnSession(Store);

    /// <summary>Runs with an empty store of the same kind, which is gone afterwards.</summary>
    internal void WithEmptyStore(Action<StateStore> run)
    {
        string target = Path.Combine(Folder, "restored");
        Folders.Remove(target);
        using (StateStore store = new(OpenBackend(target, strict: false)))
        {
            run(store);
        }

        Folders.Remove(target);
    }

    protected abstract IStateBackend OpenBackend(string folder, bool strict);
}
