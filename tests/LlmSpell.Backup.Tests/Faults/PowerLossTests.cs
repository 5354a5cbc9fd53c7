using System.Security.Cryptography;
using LlmSpell.State;
using LlmSpell.Testing;
using LlmSpell.Testing.Repositories;

namespace LlmSpell.Backup.Tests.Faults;

/// <summary>
/// Records every change that creates, merges and a cleanup make in a folder, and looks at what a power loss after each of them can leave:
/// whatever of it was not flushed is there, is not, or is there in part.
/// </summary>
public sealed class PowerLossTests(ITestOutputHelper output)
{
    /// <summary>Which changes of names survive that nothing has made safe.</summary>
    private static readonly Func<string, int, bool>[] Survivals =
    [
        static (_, _) => false,
        static (_, _) => true,
        static (path, _) => path.StartsWith("layers/", StringComparison.Ordinal),
        static (path, _) => path.StartsWith("manifests/", StringComparison.Ordinal),
        static (_, number) => number % 2 == 0,
        static (_, number) => number % 2 == 1,
    ];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task After_a_power_loss_at_any_moment_every_backup_that_was_reported_restores_and_work_goes_on()
    {
        Recording recording = await RecordAsync();
        (int looked, string? problem) = await ReplayAsync(recording, static _ => true);
        output.WriteLine($"{recording.Steps.Count} steps, {looked} different folders");
        Assert.Null(problem);
        Assert.InRange(looked, 50, 5000);
    }

    [Theory]
    [InlineData(typeof(FileStep.FlushFile))]
    [InlineData(typeof(FileStep.FlushFolder))]
    public async Task A_flush_that_is_left_out_would_be_found(Type flush)
    {
        Recording recording = await RecordAsync();
        (_, string? problem) = await ReplayAsync(recording, step => step.GetType() != flush);
        output.WriteLine(problem ?? "");
        Assert.NotNull(problem);
    }

    [Fact]
    public async Task Folders_that_another_process_made_and_did_not_flush_are_flushed_before_a_backup_in_them_is_reported()
    {
        using TemporaryFolder folder = new();
        string root = folder["backups"];
        RecordingEffects effects = new(root);
        foreach (string made in (string[])[root, Path.Combine(root, "layers"), Path.Combine(root, "manifests")])
        {
            effects.CreateFolder(made);
        }

        using StateStore store = Open(new MemoryBackend());
        store.Save(("global", "a"), 1);
        CreateResult reported = await Service(store, new FolderStorage(root, effects)).CreateAsync(new CreateRequest(), Cancel);

        FileSystemModel model = new();
        foreach (FileStep step in effects.Steps)
        {
            model.Apply(step);
        }

        MemoryStorage left = model.AfterPowerLoss(static (_, _) => false, false);
        Assert.Equal(reported.Backup.Id, Assert.Single((await Service(store, left).ListAsync(Cancel)).Backups).Id);
    }

    private static async Task<Recording> RecordAsync()
    {
        using TemporaryFolder folder = new();
        RecordingEffects effects = new(folder["backups"]);
        FolderStorage storage = new(folder["backups"], effects);
        MemoryBackend backend = new();
        StateStore store = Open(backend);
        List<Reported> reported = [];
        MergeLimits merging = new() { NegligibleBytes = 0, MinCopiedBytes = 1 };
        for (int i = 0; i < 5; i++)
        {
            store.Save(("global", "a"), i);
            store.Save(("global", "b" + i), new string('x', i * 40));
            BackupService service = Service(store, storage, options => i == 3 ? options with { MergeLimits = merging } : options);
            CreateResult made = await service.CreateAsync(new CreateRequest { Incremental = i is not (0 or 4) }, Cancel);
            reported.Add(new Reported(made.Backup.Id, StateContent.Read(store), effects.Steps.Count));
            Assert.Equal(i == 3, made.MergedLayers > 0);
        }

        int cleanup = effects.Steps.Count;
        CleanupReport report = await Service(store, storage, static options => options with { MaxBackups = 2 }).CleanupAsync(new CleanupRequest(), Cancel);
        Assert.Equal(3, report.DeletedCount);
        foreach (Reported backup in reported.SkipLast(2))
        {
            backup.MayGoFrom = cleanup;
        }

        return new Recording(effects.Steps, reported, backend);
    }

    /// <returns>How many different folders were looked at, and what was wrong with the first in which something was.</returns>
    private static async Task<(int Looked, string? Problem)> ReplayAsync(Recording recording, Func<FileStep, bool> counts)
    {
        FileSystemModel model = new();
        HashSet<string> seen = [];
        for (int step = 0; step <= recording.Steps.Count; step++)
        {
            if (step > 0 && counts(recording.Steps[step - 1]))
            {
                model.Apply(recording.Steps[step - 1]);
            }

            foreach (Func<string, int, bool> survival in Survivals)
            {
                foreach (bool dataKept in (bool[])[false, true])
                {
                    MemoryStorage left = model.AfterPowerLoss(survival, dataKept);
                    Reported[] expected = [.. recording.Reported.Where(backup => backup.Step <= step && step <= backup.MayGoFrom)];
                    if (seen.Add(expected.Length + Signature(left)) && await FindProblemAsync(recording, left, expected) is { } problem)
                    {
                        string last = step == 0 ? "the beginning" : recording.Steps[step - 1].ToString();
                        return (seen.Count, $"after step {step}, {last}: {problem}");
                    }
                }
            }
        }

        return (seen.Count, null);
    }

    private static async Task<string?> FindProblemAsync(Recording recording, MemoryStorage storage, Reported[] expected)
    {
        try
        {
            MemoryBackend backend = new();
            backend.Publish(recording.Backend.State);
            StateStore store = Open(backend);
            BackupService service = Service(store, storage);
            BackupListing listing = await service.ListAsync(Cancel);
            if (listing.Damaged.Count > 0)
            {
                return $"{listing.Damaged[0].Path} is damaged";
            }

            if (expected.FirstOrDefault(backup => listing.Backups.All(there => there.Id != backup.Id)) is { } lost)
            {
                return $"{lost.Id} was reported and is gone";
            }

            foreach (BackupSummary backup in listing.Backups)
            {
                if (!(await ContentOfAsync(storage, backup.Id)).SequenceEqual(recording.Reported.Single(reported => reported.Id == backup.Id).Content))
                {
                    return $"{backup.Id} restores another state";
                }
            }

            BackupSummary next = (await service.CreateAsync(new CreateRequest { Incremental = true }, Cancel)).Backup;
            if (!(await ContentOfAsync(storage, next.Id)).SequenceEqual(StateContent.Read(store)))
            {
                return "the next create holds another state";
            }

            BackupRepository repository = await BackupRepository.OpenAsync(storage, TimeProvider.System, null, Cancel);
            await repository.SweepAsync(Cancel);
            IReadOnlyList<BackupSummary> left = (await service.ListAsync(Cancel)).Backups;
            return RepositoryContent.RubbishIn(storage, left).FirstOrDefault() is { } rubbish ? $"{rubbish} stays" : null;
        }
        catch (StateException e)
        {
            return e.Message;
        }
    }

    private static async Task<IReadOnlyList<string>> ContentOfAsync(MemoryStorage storage, BackupId id)
    {
        using StateStore scratch = Open(new MemoryBackend());
        await Service(scratch, storage).RestoreAsync(id.Value, Cancel);
        return StateContent.Read(scratch);
    }

    /// <summary>The same for folders that differ only in what is in files that were never completed.</summary>
    private static string Signature(MemoryStorage storage) => string.Join('|', storage.Files.OrderBy(static file => file.Key, StringComparer.Ordinal)
        .Select(static file => RepositoryPaths.IsTemporary(file.Key) ? file.Key : file.Key + Convert.ToHexString(SHA256.HashData(file.Value))));

    private static StateStore Open(IStateBackend backend) => new(backend, new StateStoreOptions { FlushInterval = TimeSpan.Zero });

    private static BackupService Service(StateStore store, IRepositoryStorage storage, Func<BackupOptions, BackupOptions>? configure = null)
    {
        BackupOptions options = new() { MaxBackups = null, MaxBackupAge = null };
        return new BackupService(() => store, storage, configure?.Invoke(options) ?? options);
    }

    private sealed record Recording(IReadOnlyList<FileStep> Steps, IReadOnlyList<Reported> Reported, MemoryBackend Backend);

    /// <summary>A backup that was reported made after so many steps.</summary>
    private sealed record Reported(BackupId Id, IReadOnlyList<string> Content, int Step)
    {
        internal int MayGoFrom { get; set; } = int.MaxValue;
    }
}
