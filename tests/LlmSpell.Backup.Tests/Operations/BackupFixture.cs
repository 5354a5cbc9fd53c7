using LlmSpell.State;
using LlmSpell.Testing;
using Microsoft.Extensions.Time.Testing;

namespace LlmSpell.Backup.Tests.Operations;

/// <summary>A store, a repository and a clock for one test.</summary>
internal sealed class BackupFixture : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    internal BackupFixture(StoreKind kind = StoreKind.Sqlite, Func<BackupOptions, BackupOptions>? configure = null)
    {
        Clock.AutoAdvanceAmount = TimeSpan.FromMilliseconds(1);
        Options = new BackupOptions { TimeProvider = Clock, MaxBackups = null, MaxBackupAge = null };
        Options = configure?.Invoke(Options) ?? Options;
        Kind = kind;
        Store = OpenStore();
        Service = OpenService();
    }

    internal FakeTimeProvider Clock { get; } = new(new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero));

    internal BackupOptions Options { get; set; }

    internal StoreKind Kind { get; }

    internal StateStore Store { get; private set; }

    internal BackupService Service { get; private set; }

    internal string StateFolder => _folder["state"];

    internal string RepositoryFolder => _folder["backups"];

    internal FolderStorage Storage => new(RepositoryFolder);

    /// <summary>Closes the store, lets <paramref name="meanwhile"/> do something to its files, and opens it again.</summary>
    internal void Reopen(Action? meanwhile = null)
    {
        Store.Dispose();
        meanwhile?.Invoke();
        Store = OpenStore();
        Service = OpenService();
    }

    internal async Task<BackupSummary> CreateAsync(bool incremental = false) =>
        (await Service.CreateAsync(new CreateRequest { Incremental = incremental }, TestContext.Current.CancellationToken)).Backup;

    /// <summary>The content of a backup, restored into a store of its own.</summary>
    internal async Task<IReadOnlyList<string>> ContentOfAsync(BackupId id)
    {
        using StateStore scratch = new(new MemoryBackend(), new StateStoreOptions { FlushInterval = TimeSpan.Zero });
        BackupService service = new(() => scratch, Storage, Options);
        await service.RestoreAsync(id.Value, TestContext.Current.CancellationToken);
        return StateContent.Read(scratch);
    }

    public void Dispose()
    {
        Store.Dispose();
        _folder.Dispose();
    }

    private BackupService OpenService() => new(() => Store, Storage, Options);

    private StateStore OpenStore()
    {
        StateStoreOptions options = new() { FlushInterval = TimeSpan.Zero, TimeProvider = Clock };
        return new StateStore(Kind.Open(StateFolder), options);
    }
}
