using LlmSpell.Backup;
using LlmSpell.Cli.Configuration;
using LlmSpell.Cli.Failures;
using LlmSpell.Cli.Output;
using LlmSpell.State;

namespace LlmSpell.Cli.Opening;

/// <summary>The state and the backups of one configuration; each is opened when it is first used, and closed with this.</summary>
/// <param name="configuration">Which state and which backups.</param>
/// <param name="clock">The time.</param>
/// <param name="output">Gets a warning when a new state was made although there is an older one elsewhere, and what was opened.</param>
internal sealed class Workspace(LlmSpellConfiguration configuration, TimeProvider clock, OutputWriter output) : IDisposable
{
    private StateStore? _store;
    private BackupService? _backups;

    public LlmSpellConfiguration Configuration => configuration;

    /// <summary>The state; created if there is none.</summary>
    public StateStore Store => _store ??= OpenStore();

    /// <summary>
    /// Whether the command only reads the state. Then it does not wait for a process that has the state to itself: it reads the state as it was at
    /// one moment.
    /// </summary>
    public bool OnlyReads { get; init; }

    /// <summary>Whether a new state is what the command is for: a restore into it.</summary>
    public bool ExpectsNewState { get; set; }

    /// <summary>What ends the wait for another process that has the state to itself, asked when the state is opened.</summary>
    public Func<CancellationToken> Interrupt { get; init; } = static () => CancellationToken.None;

    /// <summary>The state if there is one; looking never creates it.</summary>
    public StateStore? ExistingStore => _store is not null || BackendFactory.HasStore(configuration.State) ? Store : null;

    /// <summary>
    /// Looks at the state as it is now, if there is one: neither makes one nor waits for a process that has it to itself, whatever is done with the
    /// state otherwise.
    /// </summary>
    /// <param name="look">Looks.</param>
    /// <param name="nothing">The answer where there is no state.</param>
    public T Look<T>(Func<IStateSnapshot, T> look, T nothing)
    {
        bool isOnlyForThis = _store is null && !BackendFactory.IsShared(configuration.State) && BackendFactory.HasStore(configuration.State);
        using StateStore? own = isOnlyForThis ? BackendFactory.OpenStoreForReading(configuration.State, clock).Store : null;
        using IStateSnapshot? snapshot = (own ?? ExistingStore)?.OpenSnapshot();
        return snapshot is null ? nothing : look(snapshot);
    }

    /// <summary>Why backups are switched off, or null.</summary>
    public CommandException? BackupsUnavailable => !configuration.State.Enabled
        ? Off("runtime.state_persistence.enabled")
        : !configuration.Backup.Enabled ? Off("runtime.state_persistence.backup_enabled") : null;

    /// <exception cref="CommandException">Backups are switched off.</exception>
    public BackupService Backups => BackupsUnavailable is { } off ? throw off : _backups ??= OpenBackups();

    public void Dispose()
    {
        if (_store is { } store)
        {
            store.Dispose();
            output.Step("state: closed");
        }
    }

    private BackupService OpenBackups()
    {
        BackupService backups = BackupFactory.Open(this, clock);
        output.Step($"backups: in {backups.Location}");
        return backups;
    }

    private StateStore OpenStore()
    {
        bool isNew = BackendFactory.WouldMakeStore(configuration.State);
        StateStore store = OnlyReads && !isNew ? OpenForReading() : OpenForWriting(isNew);
        if (!isNew && !ExpectsNewState)
        {
            WarnOfOneAside(store);
        }

        return store;
    }

    private StateStore OpenForReading()
    {
        ReadableStore opened = BackendFactory.OpenStoreForReading(configuration.State, clock);
        StateStore store = opened.Store;
        output.Step(opened switch
        {
            { IsView: false } => $"state: opened in {store.Location} ({store.BackendKind})",
            { Holder: { } holder } => $"state: reading {store.Location} ({store.BackendKind}) as it is now; {holder.Message}",
            _ => $"state: reading {store.Location} ({store.BackendKind}) as it is now",
        });
        return store;
    }

    private StateStore OpenForWriting(bool isNew)
    {
        StateStore store = BackendFactory.OpenStore(configuration.State, clock, Interrupt());
        output.Step($"state: {(isNew ? "made" : "opened")} in {store.Location} ({store.BackendKind})");
        if (isNew && !ExpectsNewState)
        {
            WarnOfOlder();
        }

        return store;
    }

    private void WarnOfOlder()
    {
        if (BackendFactory.OtherStore(configuration.State) is { } other)
        {
            output.Warn(
                $"a new state was made in {BackendFactory.StorePath(configuration.State)}, although there is another backend's in {other}",
                "`llmspell state copy --from OLD.toml --replace` takes its entries over, where OLD.toml is a configuration with the backend_type of before");
        }
        else if (BackupsUnavailable is null && BackupFactory.HasBackups(configuration.Backup))
        {
            output.Warn(
                $"a new state was made in {configuration.State.Folder}, although there are backups in {configuration.Backup.Folder}",
                "`llmspell backup restore latest` brings the newest back");
        }
    }

    // Left by a restore --replace-damaged that did not come to its end.
    private void WarnOfOneAside(StateStore store)
    {
        if (BackendFactory.PutAside(configuration.State) is { } aside && store.ReadStatus() is { Entries: 0, RestoredFrom: null })
        {
            output.Warn(
                $"the state in {BackendFactory.StorePath(configuration.State)} is empty, and a damaged one was put aside into {aside}",
                "if a restore was interrupted, `llmspell backup restore latest` brings the newest backup back");
        }
    }

    private static CommandException Off(string setting) => new(
        ExitCodes.Configuration, $"backups are switched off by {setting} = false", "Set it to true, and see `llmspell config show`.");
}
