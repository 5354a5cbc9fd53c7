using LlmSpell.Backup;
using LlmSpell.Cli.Configuration;
using LlmSpell.Cli.Failures;
using LlmSpell.Cli.Opening;
using LlmSpell.State;

namespace LlmSpell.Cli.Commands.Backups.Restore;

/// <summary>The state that is restored into: the configuration's own, or with <c>--to</c> another configuration's.</summary>
internal sealed class RestoreTarget : IDisposable
{
    private readonly Workspace? _other;
    private StateStore? _nothing;

    private RestoreTarget(CommandContext context, Workspace? other, bool isLook)
    {
        _other = other;
        Workspace = other ?? context.Workspace;
        Backups = isLook ? BackupFactory.Open(context.Workspace, () => Workspace.ExistingStore ?? Nothing, context.Host.Clock)
            : other is null ? context.Backups
            : BackupFactory.Open(context.Workspace, () => other.Store, context.Host.Clock);
    }

    public Workspace Workspace { get; }

    /// <summary>The backups that are restored from, into the target.</summary>
    public BackupService Backups { get; }

    private StateStore Nothing => _nothing ??= new StateStore(new MemoryBackend());

    /// <summary>Whether it is another configuration's state.</summary>
    public bool IsOther => _other is not null;

    /// <param name="context">The command.</param>
    /// <param name="configurationFile">The value of <c>--to</c>.</param>
    /// <param name="isLook">Whether nothing will be written: a state that is not there is then empty, and not made.</param>
    /// <exception cref="CommandException">The other configuration keeps no state, or has the same one.</exception>
    public static RestoreTarget Open(CommandContext context, string? configurationFile, bool isLook)
    {
        // First, since it says what is wrong with the configuration's own backups.
        _ = configurationFile is null ? context.Backups : context.Repository;
        if (configurationFile is null)
        {
            return new RestoreTarget(context, other: null, isLook);
        }

        LlmSpellConfiguration configuration = ConfigurationLoader.Load(context.ConfigurationRequest with { NamedFile = configurationFile, NamedBy = "--to" });
        if (!BackendFactory.KeepsState(configuration.State))
        {
            throw new CommandException(
                ExitCodes.Configuration, $"the configuration {configurationFile} keeps no state between runs", "Name one that does with --to.");
        }

        if (BackendFactory.IsSame(configuration.State, context.Workspace.Configuration.State))
        {
            throw new CommandException(
                ExitCodes.Usage, $"--to {configurationFile} names the same state, {BackendFactory.StorePath(configuration.State)}", "Leave --to out to restore in place.");
        }

        return new RestoreTarget(context, new Workspace(configuration, context.Host.Clock, context.Output) { ExpectsNewState = true, OnlyReads = isLook, Interrupt = context.InterruptInUse }, isLook);
    }

    /// <summary>Where the safety backup of the target goes: to its own backups.</summary>
    /// <param name="isWanted">Whether one is taken at all.</param>
    /// <exception cref="CommandException">It has something to lose, and its backups are switched off.</exception>
    public IRepositoryStorage? SafetyStorage(bool isWanted)
    {
        if (!IsOther || !isWanted)
        {
            return null;
        }

        if (Workspace.BackupsUnavailable is { } off)
        {
            return Workspace.ExistingStore?.ReadStatus() is { Entries: > 0 }
                ? throw new CommandException(off.Code, $"the state of --to cannot be kept before it is replaced: {off.Message}", "Set it to true there, or add --no-safety-backup.")
                : null;
        }

        return new FolderStorage(Workspace.Configuration.Backup.Folder);
    }

    public void Dispose()
    {
        _nothing?.Dispose();
        _other?.Dispose();
    }
}
