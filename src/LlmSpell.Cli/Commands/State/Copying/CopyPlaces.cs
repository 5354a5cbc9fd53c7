using LlmSpell.Backup;
using LlmSpell.Cli.Configuration;
using LlmSpell.Cli.Configuration.Settings;
using LlmSpell.Cli.Failures;
using LlmSpell.Cli.Opening;
using LlmSpell.Cli.Output;
using LlmSpell.State;

namespace LlmSpell.Cli.Commands.State.Copying;

/// <summary>The two states of a copy, of which at least one is another configuration's.</summary>
internal sealed class CopyPlaces : IDisposable
{
    public const string From = "--from";
    public const string To = "--to";

    private readonly Workspace _source;

    private CopyPlaces(Workspace source, Workspace target) => (_source, Target) = (source, target);

    /// <summary>The state that is replaced, and its own backups.</summary>
    public Workspace Target { get; }

    /// <summary>The file or folder of the target's state.</summary>
    public string TargetPath => BackendFactory.StorePath(Target.Configuration.State);

    /// <summary>Whether the target takes the place of the source: it is another backend in the same folder.</summary>
    public bool IsSameFolder => FolderNesting.AreOne(_source.Configuration.State.Folder, Target.Configuration.State.Folder);

    /// <param name="context">The command.</param>
    /// <param name="from">The value of <c>--from</c>; null: the command's own configuration.</param>
    /// <param name="to">The value of <c>--to</c>; null: the command's own configuration.</param>
    /// <exception cref="CommandException">A configuration keeps no state, or both have the same one.</exception>
    public static CopyPlaces Open(CommandContext context, string? from, string? to)
    {
        if (from is null && to is null)
        {
            throw new CommandException(
                ExitCodes.Usage, "neither --from nor --to names a configuration", "Name the other one: `llmspell state copy --to CONFIG`.");
        }

        LlmSpellConfiguration source = Load(context, from, From);
        LlmSpellConfiguration target = Load(context, to, To);
        return BackendFactory.IsSame(source.State, target.State)
            ? throw new CommandException(
                ExitCodes.Usage, $"--from and --to are the same state, {BackendFactory.StorePath(source.State)}",
                "Set another path or backend_type in one of the two configurations.")
            : new CopyPlaces(
                new Workspace(source, context.Host.Clock, context.Output) { OnlyReads = true },
                new Workspace(target, context.Host.Clock, context.Output) { ExpectsNewState = true, Interrupt = context.InterruptInUse });
    }

    /// <summary>The state that is copied.</summary>
    /// <exception cref="CommandException">There is none.</exception>
    public StateStore SourceStore() => _source.ExistingStore ?? throw StateArguments.NoState(_source);

    /// <exception cref="CommandException">Entries would be lost, and nobody agreed to that.</exception>
    public void CheckReplaced(long entries, bool replace)
    {
        if (entries > 0 && !replace)
        {
            throw new CommandException(
                ExitCodes.Usage,
                $"the state in {TargetPath} has {Quantities.Count(entries, "entry", "entries")} already, which a copy would replace; nothing was changed",
                "Add --replace if they may go; a safety backup keeps them.");
        }
    }

    /// <exception cref="CommandException">There is something to lose, and its backups are switched off.</exception>
    public void CheckSafety(long entries, bool isWanted)
    {
        if (entries > 0 && isWanted && Target.BackupsUnavailable is { } off)
        {
            throw new CommandException(
                off.Code, $"the state of --to cannot be kept before it is replaced: {off.Message}", "Set it to true there, or add --no-safety-backup.");
        }
    }

    /// <summary>Takes the safety backup of the target, which the caller holds fast.</summary>
    public Task<BackupSummary> KeepAsync(CancellationToken cancellationToken)
    {
        FolderPath.Check(Target.Configuration.Backup.Folder, BackupSettings.BackupDir.FullName);
        return Target.Backups.CreateSafetyAsync($"the state before a copy of {BackendFactory.StorePath(_source.Configuration.State)} replaced it", cancellationToken);
    }

    public void Dispose()
    {
        using (_source)
        {
            Target.Dispose();
        }
    }

    private static LlmSpellConfiguration Load(CommandContext context, string? file, string option)
    {
        LlmSpellConfiguration configuration = ConfigurationLoader.Load(
            file is null ? context.ConfigurationRequest : context.ConfigurationRequest with { NamedFile = file, NamedBy = option });
        return BackendFactory.KeepsState(configuration.State)
            ? configuration
            : throw new CommandException(
                ExitCodes.Configuration, $"the configuration {(file is null ? $"in the place of {option}" : file)} keeps no state between runs",
                $"Name one that does with {option}.");
    }
}
