using LlmSpell.State;
using LlmSpell.Testing.Repositories;

namespace LlmSpell.Backup.Tests.Faults;

/// <summary>An operation on a repository and a store that is disturbed at each of its steps in turn.</summary>
/// <param name="Name">What the tests call it.</param>
/// <param name="Run">Does it once.</param>
internal sealed record FaultedOperation(string Name, Func<FaultedRun, Task> Run)
{
    /// <summary>Every operation that is tested. What is in this table is disturbed in every way, in the storage and in the store.</summary>
    internal static IReadOnlyList<FaultedOperation> All { get; } =
    [
        new("create", static run => run.Service.CreateAsync(new CreateRequest(), run.Cancel)),
        new("incremental", static run => run.Service.CreateAsync(new CreateRequest { Incremental = true }, run.Cancel)),
        new("merge of the newest layers", static run => run.Service.CreateAsync(new CreateRequest { Incremental = true }, run.Cancel))
        {
            Options = static options => options with { MergeLimits = new MergeLimits { MaxLayers = 3, NegligibleBytes = 10_000, MinCopiedBytes = 1 } },
        },
        new("merge of all layers", static run => run.Service.CreateAsync(new CreateRequest { Incremental = true }, run.Cancel))
        {
            Options = static options => options with { MergeLimits = new MergeLimits { NegligibleBytes = 0, MinCopiedBytes = 1 } },
        },
        new("cleanup", static run => run.Service.CleanupAsync(new CleanupRequest(), run.Cancel))
        {
            Options = static options => options with { MaxBackups = 2 },
            RemovesBackups = true,
            GoesOnWithoutStore = true,
        },
        new("sweep", static async run =>
        {
            BackupRepository repository = await BackupRepository.OpenAsync(run.Storage, TimeProvider.System, null, run.Cancel);
            await repository.SweepAsync(run.Cancel);
        })
        {
            UsesStore = false,
            Leftovers = ["layers/gone.msgpack.zst", "layers/gone.index", "layers/.tmp-0123456789abcdef0123456789abcdef", "manifests/.tmp-0123456789abcdef0123456789abcdef"],
        },
        new("restore", static run => run.Service.RestoreAsync(run.Oldest.Value, run.Cancel)) { Result = static (_, oldest) => oldest },
        new("partial restore", static run => run.Service.RestoreAsync(
            run.Oldest.Value, new RestoreRequest { Selection = EntrySelection.Of(["global"], ["changing"]) }, progress: null, run.Cancel))
        {
            Result = static (present, oldest) => [.. present.Where(static line => !IsChanging(line)).Concat(oldest.Where(IsChanging)).Order(StringComparer.Ordinal)],
        },
        new("pin", static run => run.Service.PinAsync(run.Oldest.Value, "a reason", run.Cancel)) { UsesStore = false },
        new("unpin", static run => run.Service.UnpinAsync(run.Oldest.Value, run.Cancel))
        {
            Before = static run => run.Service.PinAsync(run.Oldest.Value, "a reason", run.Cancel),
            UsesStore = false,
        },
        new("validate", static run => run.Service.ValidateAsync(run.Oldest.Value, run.Cancel)) { UsesStore = false },
        new("check", static run => run.Service.CheckRepositoryAsync(progress: null, run.Cancel)) { UsesStore = false },
        new("repair", static run => run.Service.RepairRepositoryAsync(new RepairRequest(), progress: null, run.Cancel))
        {
            Leftovers = ["layers/gone.msgpack.zst"],
            UsesStore = false,
        },
        new("copy", static run => run.Service.CopyAsync(new MemoryStorage(), new CopyRequest(), progress: null, run.Cancel)) { UsesStore = false },
    ];

    /// <summary>How it differs from a service with the defaults and no retention.</summary>
    internal Func<BackupOptions, BackupOptions> Options { get; init; } = static options => options;

    /// <summary>What lies in the repository before that no manifest names.</summary>
    internal IReadOnlyList<string> Leftovers { get; init; } = [];

    /// <summary>Whether backups but the newest may be gone after it.</summary>
    internal bool RemovesBackups { get; init; }

    /// <summary>Whether it can do without the state where that cannot be read, and then succeeds.</summary>
    internal bool GoesOnWithoutStore { get; init; }

    /// <summary>Whether it reads or writes the state.</summary>
    internal bool UsesStore { get; init; } = true;

    /// <summary>The state after it, from the present one and that of the oldest backup; null where it changes nothing in the state.</summary>
    internal Func<IReadOnlyList<string>, IReadOnlyList<string>, IReadOnlyList<string>>? Result { get; init; }

    /// <summary>What is done before, undisturbed.</summary>
    internal Func<FaultedRun, Task> Before { get; init; } = static _ => Task.CompletedTask;

    internal static FaultedOperation Named(string name) => All.Single(operation => operation.Name == name);

    private static bool IsChanging(string line) => line.StartsWith("global/changing ", StringComparison.Ordinal);
}

/// <summary>What a <see cref="FaultedOperation"/> works on.</summary>
internal sealed record FaultedRun(BackupService Service, IRepositoryStorage Storage, StateStore Store, BackupId Oldest, CancellationToken Cancel);
