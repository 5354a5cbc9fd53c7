using LlmSpell.Backup;
using LlmSpell.State;

namespace LlmSpell.Bench;

/// <summary>The library's calls in this process, the store being open.</summary>
internal sealed class OwnLibrary(StateFolder state, string folder) : BackupTool("llmspell, library", ToolKind.Ours)
{
    private static readonly BackupOptions Options = new() { MaxBackups = null, MaxBackupAge = null };

    private readonly string _repository = Path.Combine(folder, "library-backups");
    private readonly string _restored = Path.Combine(folder, "library-restored");
    private BackupSummary? _newest;

    internal override string Description =>
        "`BackupService` in the benchmark's own process (.NET with its JIT, warmed up), on an open store; memory is what comes on top of what was resident before";

    internal override IEnumerable<string> Versions => OwnVersions.All;

    /// <summary>The files of the newest backup's layers, oldest first.</summary>
    internal IReadOnlyList<string> NewestLayers =>
        LayerFiles(_repository, _newest ?? throw new InvalidOperationException("There is no backup yet."));

    internal static IReadOnlyList<string> LayerFiles(string repository, BackupSummary backup) =>
        [.. backup.Manifest.Layers.Select(layer => Path.Combine(repository, RepositoryPaths.LayerData(layer.Id, layer.Codec)))];

    internal override void Load(IEnumerable<Entry> entries) => WarmUp.Run(Path.Combine(folder, "warm-up"));

    internal override void BeginRound()
    {
        Folders.Renew(_repository);
        Folders.Remove(_restored);
    }

    internal override Cost? Run(Operation operation)
    {
        if (operation == Operation.Restore)
        {
            using StateStore target = StateFolder.Open(_restored);
            return InProcess.Measure(() => Restore(target, _repository, _newest!.Id.Value));
        }

        using StateStore store = state.Open();
        BackupService service = new(() => store, new FolderStorage(_repository), Options);
        if (operation == Operation.Verify)
        {
            return InProcess.Measure(() => Validate(service, _newest!.Id.Value));
        }

        bool incremental = operation != Operation.Full;
        Cost cost = InProcess.Measure(() => _newest = Create(service, incremental));
        if (_newest!.IsIncremental != incremental)
        {
            throw new InvalidOperationException($"An incremental backup was asked for and became full: {_newest.Manifest.Reason}");
        }

        return cost with { Bytes = _newest.SizeBytes };
    }

    internal override void CheckRestored(Expectation expected)
    {
        using (StateStore store = StateFolder.Open(_restored))
        {
            expected.RequireFingerprint(Name, store.ReadStatus().Fingerprint.ToString());
        }

        Folders.Remove(_restored);
    }

    internal override void EndRound() => Folders.Remove(_repository);

    private static BackupSummary Create(BackupService service, bool incremental) =>
        service.CreateAsync(new CreateRequest { Incremental = incremental }, Interruption.Token).GetAwaiter().GetResult().Backup;

    private static void Validate(BackupService service, string id)
    {
        if (!service.ValidateAsync(id, Interruption.Token).GetAwaiter().GetResult().IsValid)
        {
            throw new InvalidOperationException($"The backup {id} is not valid.");
        }
    }

    private static void Restore(StateStore target, string repository, string id) =>
        new BackupService(() => target, new FolderStorage(repository), Options).RestoreAsync(id, Interruption.Token).GetAwaiter().GetResult();
}
