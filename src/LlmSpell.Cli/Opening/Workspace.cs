using LlmSpell.Backup;
using LlmSpell.Cli.Configuration;
using LlmSpell.Cli.Failures;
using LlmSpell.Cli.Output;
using LlmSpell.State;

namespace LlmSpell.Cli.Opening;

/// <summary>The state and the backups of one configuration; each is opened when it is first used, and closed with this.</summary>
/// <param name="configuration">Which state and which backups.</param>
/// <param name="clock">The time.</param>
/// <param name="output">Gets a warning when a new state was made although there are backups of an older one, and what was opened.</param>
internal sealed class Workspace(LlmSpellConfiguration configuration, TimeProvider clock, OutputWriter output) : IDisposable
{
    private StateStore? _store;
    private BackupService? _backups;

    public LlmSpellConfiguration Configuration => configuration;

    /// <summary>The state; created if there is none.</summary>
    public StateStore Store => _store ??= OpenStore();

    /// <summary>Whether a new state is what the command is for: a restore into it.</summary>
    public bool ExpectsNewState { get; set; }

    /// <summary>The state if there is one; looking never creates it.</summary>
    public StateStore? ExistingStore => _store is not null || BackendFactory.HasStore(configuration.State) ? Store : null;

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
        StateStore store = BackendFactory.OpenStore(configuration.State, clock);
        output.Step($"state: {(isNew ? "made" : "opened")} in {store.Location} ({store.BackendKind})");
        if (isNew && !ExpectsNewState && BackupsUnavailable is null && BackupFactory.HasBackups(configuration.Backup))
        {
            output.Warn(
                $"a new state was made in {configuration.State.Folder}, although there are backups in {configuration.Backup.Folder}",
                "`llmspell backup restore latest` brings the newest back");
        }

        return store;
    }

    private static CommandException Off(string setting) => new(
        ExitCodes.Configuration, $"backups are switched off by {setting} = false", "Set it to true, and see `llmspell config show`.");
}
