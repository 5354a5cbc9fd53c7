using LlmSpell.Backup;
using LlmSpell.Cli.Configuration;
using LlmSpell.Cli.Failures;
using LlmSpell.State;

namespace LlmSpell.Cli.Opening;

/// <summary>The state and the backups of one configuration; each is opened when it is first used, and closed with this.</summary>
/// <param name="configuration">Which state and which backups.</param>
/// <param name="clock">The time.</param>
/// <param name="warn">Gets a message and a hint when a new state was made although there are backups of an older one.</param>
internal sealed class Workspace(LlmSpellConfiguration configuration, TimeProvider clock, Action<string, string> warn) : IDisposable
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
    public BackupService Backups => BackupsUnavailable is { } off ? throw off : _backups ??= BackupFactory.Open(this, clock);

    public void Dispose() => _store?.Dispose();

    private StateStore OpenStore()
    {
        bool isNew = BackendFactory.WouldMakeStore(configuration.State);
        StateStore store = BackendFactory.OpenStore(configuration.State, clock);
        if (isNew && !ExpectsNewState && BackupsUnavailable is null && BackupFactory.HasBackups(configuration.Backup))
        {
            warn(
                $"a new state was made in {configuration.State.Folder}, although there are backups in {configuration.Backup.Folder}",
                "`llmspell backup restore latest` brings the newest back");
        }

        return store;
    }

    private static CommandException Off(string setting) => new(
        ExitCodes.Configuration, $"backups are switched off by {setting} = false", "Set it to true, and see `llmspell config show`.");
}
