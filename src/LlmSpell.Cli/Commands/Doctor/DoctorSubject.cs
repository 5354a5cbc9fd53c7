using LlmSpell.Backup;
using LlmSpell.Cli.Commands.Doctor.Machine;
using LlmSpell.Cli.Configuration;
using LlmSpell.Cli.Configuration.Problems;
using LlmSpell.Cli.Opening;
using LlmSpell.State;

namespace LlmSpell.Cli.Commands.Doctor;

/// <summary>What is examined: a configuration, and the state and the repository that it names, each opened at its first use and only if it is there.</summary>
internal sealed class DoctorSubject : IDisposable
{
    /// <summary>How long to wait for whoever holds a lock.</summary>
    public static readonly TimeSpan LockPatience = TimeSpan.FromMilliseconds(500);

    private readonly Lazy<StoreLook> _store;
    private readonly Lazy<Task<RepositoryLook>> _repository;

    public DoctorSubject(ConfigurationRequest request, TimeProvider clock, IMachine machine)
    {
        Request = request;
        Clock = clock;
        Machine = machine;
        Source = ConfigurationLocator.Locate(request);
        try
        {
            LlmSpellConfiguration loaded = ConfigurationLoader.Load(request);
            Configuration = loaded with { State = loaded.State with { BusyTimeout = LockPatience } };
            ConfigurationProblems = loaded.Notices;
        }
        catch (ConfigurationException error)
        {
            ConfigurationProblems = error.Problems;
        }

        _store = new Lazy<StoreLook>(() => StoreLook.Open(Configuration!.State, Clock));
        _repository = new Lazy<Task<RepositoryLook>>(() => RepositoryLook.OpenAsync(Configuration!.Backup, Clock));
    }

    public ConfigurationRequest Request { get; }

    public TimeProvider Clock { get; }

    public IMachine Machine { get; }

    public ConfigurationSource Source { get; }

    /// <summary>Null if it has errors.</summary>
    public LlmSpellConfiguration? Configuration { get; }

    public IReadOnlyList<ConfigurationProblem> ConfigurationProblems { get; }

    /// <summary>The configuration's state; only where there is a configuration.</summary>
    public StoreLook State => _store.Value;

    /// <summary>The configuration's backups; only where there is a configuration.</summary>
    public Task<RepositoryLook> Repository => _repository.Value;

    /// <summary>Whether the state is one that stays.</summary>
    public bool KeepsState => Configuration is { } configuration && BackendFactory.KeepsState(configuration.State);

    /// <summary>Whether backups are switched on.</summary>
    public bool KeepsBackups => KeepsState && Configuration!.Backup.Enabled;

    /// <summary>Set when a check went on after its time: what it uses must not be closed.</summary>
    public bool IsAbandoned { get; set; }

    /// <summary>The folders of state and backups, with the name of the setting; those that are used.</summary>
    public IEnumerable<(string Folder, string What)> Folders
    {
        get
        {
            if (KeepsState)
            {
                yield return (Configuration!.State.Folder, "state");
            }

            if (KeepsBackups)
            {
                yield return (Configuration!.Backup.Folder, "backups");
            }
        }
    }

    /// <summary>The backups of this state whose manifests can be read, oldest first, without the safety backups.</summary>
    public async Task<IReadOnlyList<BackupSummary>> OwnBackupsAsync()
    {
        RepositoryLook repository = await Repository;
        StoreStatus? status = State.Status;
        return [.. repository.Backups.Where(backup => !backup.Manifest.IsSafety && (status is null || backup.Manifest.Store == status.Store))];
    }

    /// <summary>The folder itself, or the nearest one above it that is there.</summary>
    public static string NearestFolder(string folder)
    {
        string? path = folder;
        while (path is not null && !Directory.Exists(path))
        {
            path = Path.GetDirectoryName(path);
        }

        return path ?? folder;
    }

    public void Dispose()
    {
        if (!IsAbandoned && _store.IsValueCreated)
        {
            _store.Value.Dispose();
        }
    }
}
