using LlmSpell.Backup;
using LlmSpell.State;

namespace LlmSpell.Bench;

/// <summary>Runs the library's operations often enough on little data that the compiler has done its work before anything is measured in this process.</summary>
internal static class WarmUp
{
    private const int Rounds = 40;
    private const int Entries = 3_000;

    internal static void Run(string folder)
    {
        string repository = Path.Combine(folder, "backups");
        StateFolder state = new(Path.Combine(folder, "state"), Entries);
        state.Fill();
        using (StateStore store = state.Open())
        {
            BackupService service = new(() => store, new FolderStorage(repository), new BackupOptions());
            for (int round = 0; round < Rounds; round++)
            {
                Interruption.ThrowIfRequested();
                state.Change(store, 10);
                Create(service, incremental: round % 2 == 1);
                string id = Create(service, incremental: true).Id.Value;
                service.ValidateAsync(id, Interruption.Token).GetAwaiter().GetResult();
                using StateStore target = StateFolder.Open(Path.Combine(folder, "restored" + round));
                new BackupService(() => target, new FolderStorage(repository)).RestoreAsync(id, Interruption.Token).GetAwaiter().GetResult();
                _ = StateFolder.ReadAll(target).Count(entry => store.Load(entry.Key) is not null);
            }
        }

        Folders.Remove(folder);
    }

    private static BackupSummary Create(BackupService service, bool incremental) =>
        service.CreateAsync(new CreateRequest { Incremental = incremental }, Interruption.Token).GetAwaiter().GetResult().Backup;
}
