using System.CommandLine;
using System.Text;
using LlmSpell.Backup;
using LlmSpell.Cli.Commands.Parsing;
using LlmSpell.Cli.Commands.State;
using LlmSpell.Cli.Configuration;
using LlmSpell.Cli.Configuration.Settings;
using LlmSpell.Cli.Failures;
using LlmSpell.Cli.Hosting;
using LlmSpell.Cli.Opening;
using LlmSpell.Cli.Output;
using LlmSpell.Cli.Output.Progress;

namespace LlmSpell.Cli.Commands;

/// <summary>What one running command can use. Everything is opened at its first use, and closed at the end.</summary>
internal sealed class CommandContext(
    CommandTree tree, HandledCommand command, ParseResult parsed, IReadOnlyList<string> scriptArguments, CommandLineHost host, OutputWriter output) : IDisposable
{
    private Workspace? _workspace;
    private Interruption? _interruption;
    private readonly Stack<IDisposable> _owned = [];

    public CommandLineHost Host => host;

    public CommandTree Tree => tree;

    public OutputWriter Output => output;

    public bool IsJson => parsed.GetValue(tree.Global.Output) == OutputFormat.Json;

    /// <summary>What follows the script on the command line.</summary>
    public IReadOnlyList<string> ScriptArguments => scriptArguments;

    public ConfigurationRequest ConfigurationRequest => new(parsed.GetValue(tree.Global.Config), host.WorkingFolder, host.Environment);

    /// <summary>The state and the backups that the configuration names.</summary>
    public Workspace Workspace => _workspace ??= OpenWorkspace();

    /// <summary>The backups, for what needs no state: those that scripts make of a state in memory stay too.</summary>
    /// <exception cref="CommandException">Backups are switched off.</exception>
    /// <exception cref="LlmSpell.State.StateStorageException">The folder of the backups is none.</exception>
    public BackupService Repository
    {
        get
        {
            BackupService backups = Workspace.Backups;
            FolderPath.Check(Workspace.Configuration.Backup.Folder, BackupSettings.BackupDir.FullName);
            return backups;
        }
    }

    /// <summary>The backups of a state that stays, for what makes them, restores them or compares with the state.</summary>
    /// <exception cref="CommandException">Backups are switched off, or no state stays.</exception>
    /// <exception cref="LlmSpell.State.StateStorageException">The folder of the backups is none.</exception>
    public BackupService Backups =>
        BackendFactory.KeepsState(Workspace.Configuration.State) ? Repository
        : throw (Workspace.BackupsUnavailable ?? StateArguments.NoState(Workspace));

    /// <summary>Cancelled by the first Ctrl-C, from the first use of this property on.</summary>
    public CancellationToken Interrupt => (_interruption ??= new Interruption(host)).Token;

    /// <summary><see cref="Interrupt"/>, if it is used already: before that Ctrl-C ends the process by itself, and who asks leaves it so.</summary>
    public CancellationToken InterruptInUse() => _interruption?.Token ?? CancellationToken.None;

    /// <summary>Keeps something until the command has ended and its result is written.</summary>
    public T Own<T>(T owned)
        where T : IDisposable
    {
        _owned.Push(owned);
        return owned;
    }

    public T? Value<T>(Argument<T> argument) => parsed.GetValue(argument);

    public T? Value<T>(Option<T> option) => parsed.GetValue(option);

    /// <summary>Does something that may take long: it shows on the terminal that it goes on, and <c>--verbose</c> says how long it took.</summary>
    /// <param name="label">What is going on, as in <c>making the backup</c>.</param>
    /// <param name="work">Gets <see cref="Interrupt"/>.</param>
    public async Task<T> StepAsync<T>(string label, Func<CancellationToken, Task<T>> work)
    {
        long start = host.Clock.GetTimestamp();
        T result;
        using (output.StartProgress(label))
        {
            result = await work(Interrupt);
        }

        output.Step($"{label}: {Quantities.Duration(host.Clock.GetElapsedTime(start))}");
        return result;
    }

    /// <summary>The same for something that tells how far it is.</summary>
    public async Task<T> StepAsync<T>(string label, Func<IProgress<BackupProgress>, CancellationToken, Task<T>> work)
    {
        long start = host.Clock.GetTimestamp();
        T result;
        using (ProgressBar bar = output.StartProgress(label, ProgressUnit.Bytes))
        {
            result = await work(new BackupProgressBar(bar), Interrupt);
        }

        output.Step($"{label}: {Quantities.Duration(host.Clock.GetElapsedTime(start))}");
        return result;
    }

    /// <summary>Returns if the user agreed, on the terminal or with <c>--yes</c>.</summary>
    /// <param name="consequence">What is about to happen, as a sentence without its end.</param>
    /// <exception cref="CommandException">Nobody agreed.</exception>
    /// <exception cref="OperationCanceledException">Interrupted before there was an answer.</exception>
    public async Task ConfirmAsync(string consequence)
    {
        if (parsed.GetValue(tree.Global.Yes))
        {
            return;
        }

        if (!host.IsInputTerminal || !host.IsErrorTerminal)
        {
            throw new CommandException(
                ExitCodes.Usage, $"{consequence}: that needs a yes, and nobody is there to give it", "Add --yes to agree beforehand.");
        }

        output.Ask($"{consequence}. Go on? [y/N]");
        if ((await ReadAnswerAsync())?.Trim().ToLowerInvariant() is not ("y" or "yes"))
        {
            throw new CommandException(ExitCodes.Usage, "not confirmed; nothing was changed");
        }
    }

    private Workspace OpenWorkspace()
    {
        LlmSpellConfiguration configuration = ConfigurationLoader.Load(ConfigurationRequest);
        output.Step(configuration.Source.File is { } file
            ? $"configuration: {file} ({configuration.Source.ChosenBy})" : "configuration: no file, the defaults");
        return new Workspace(configuration, host.Clock, output) { OnlyReads = command.OnlyReads(this), Interrupt = InterruptInUse };
    }

    // A read of a terminal cannot be cancelled: it stays behind on its thread, which ends with the process.
    private async Task<string?> ReadAnswerAsync()
    {
        CancellationToken interrupt = Interrupt;
        Task<string?> answer = Task.Run(
            () =>
            {
                using var reader = new StreamReader(host.OpenInput(), Encoding.UTF8);
                return reader.ReadLine();
            },
            CancellationToken.None);
        try
        {
            return await answer.WaitAsync(interrupt);
        }
        catch (OperationCanceledException)
        {
            output.EndLine();
            throw;
        }
    }

    public void Dispose()
    {
        using (_interruption)
        using (_workspace)
        {
            DisposeOwned();
        }
    }

    private void DisposeOwned()
    {
        if (_owned.TryPop(out IDisposable? owned))
        {
            try
            {
                owned.Dispose();
            }
            finally
            {
                DisposeOwned();
            }
        }
    }
}
