using LlmSpell.State;
using LlmSpell.State.Sqlite;
using LlmSpell.Testing;

namespace LlmSpell.Backup.Tests.Operations;

/// <summary>The README's sample in C#; another test compares the two.</summary>
public sealed class ReadmeSampleTests
{
    [Fact]
    public async Task The_sample_works()
    {
        using TemporaryFolder folder = new();
        string state = folder["state"];
        string repository = folder["backups"];

#pragma warning disable xUnit1051 // Whoever reads the README has no test to cancel.
        // README begins
        using StateStore store = new(SqliteBackend.Open(new SqliteOptions { Folder = state }));
        store.Save(("agent:jobs", "done"), 6);
        store.Transact(transaction =>
        {
            long done = transaction.Load(("agent:jobs", "done"))?.AsInteger() ?? 0;
            transaction.Save(("agent:jobs", "done"), done + 1);
        });

        BackupService backups = new(() => store, new FolderStorage(repository));
        CreateResult created = await backups.CreateAsync(new CreateRequest { Incremental = true });
        ValidationReport report = await backups.ValidateAsync(created.Backup.Id.Value);
        Console.WriteLine($"{created.Backup.Id} restores: {report.IsValid}");
        // README ends
#pragma warning restore xUnit1051

        Assert.True(report.IsValid);
        Assert.Equal(7, store.Load(("agent:jobs", "done"))!.AsInteger());
    }
}
