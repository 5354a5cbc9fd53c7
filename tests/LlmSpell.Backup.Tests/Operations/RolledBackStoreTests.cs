using LlmSpell.State;
using LlmSpell.Testing;

namespace LlmSpell.Backup.Tests.Operations;

public sealed class RolledBackStoreTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(50)]
    public async Task A_store_put_back_to_an_older_copy_never_yields_a_wrong_incremental(int writesAfter)
    {
        using BackupFixture fixture = new();
        using TemporaryFolder aside = new();
        fixture.Store.Save(("global", "a"), "first");
        await fixture.CreateAsync();
        fixture.Reopen(() => Copy(fixture.StateFolder, aside.Path));

        fixture.Store.Save(("global", "b"), "lost with the old copy");
        fixture.Store.Save(("global", "c"), "lost too");
        fixture.Store.Delete(("global", "a"));
        BackupSummary parent = await fixture.CreateAsync(incremental: true);
        Assert.True(parent.IsIncremental);
        fixture.Reopen(() =>
        {
            Directory.Delete(fixture.StateFolder, recursive: true);
            Copy(aside.Path, fixture.StateFolder);
        });

        for (int i = 0; i < writesAfter; i++)
        {
            fixture.Store.Save(("global", "after" + i), i);
        }

        BackupSummary next = await fixture.CreateAsync(incremental: true);
        Assert.Equal(BackupKind.Full, next.Manifest.Kind);
        Assert.Contains("older copy", next.Manifest.Reason, StringComparison.Ordinal);
        Assert.Equal(StateContent.Read(fixture.Store), await fixture.ContentOfAsync(next.Id));
    }

    [Fact]
    public async Task A_store_changed_by_another_tool_is_not_backed_up()
    {
        using BackupFixture fixture = new();
        fixture.Store.Save(("global", "a"), "first");
        await fixture.CreateAsync();
        fixture.Reopen(() => Sql(fixture, "UPDATE entries SET value = x'01'"));

        StateCorruptException failure = await Assert.ThrowsAsync<StateCorruptException>(() => fixture.CreateAsync());
        Assert.Contains(fixture.StateFolder, failure.Message, StringComparison.Ordinal);
        Assert.NotNull(failure.Hint);
        Assert.Single((await fixture.Service.ListAsync(TestContext.Current.CancellationToken)).Backups);
        Assert.Equal(2, Directory.GetFiles(Path.Combine(fixture.RepositoryFolder, "layers")).Length);
    }

    private static void Sql(BackupFixture fixture, string statement)
    {
        using Microsoft.Data.Sqlite.SqliteConnection connection =
            new($"Data Source={Path.Combine(fixture.StateFolder, "state.db")};Pooling=False");
        connection.Open();
        using Microsoft.Data.Sqlite.SqliteCommand command = connection.CreateCommand();
        command.CommandText = statement;
        command.ExecuteNonQuery();
    }

    private static void Copy(string from, string to)
    {
        Directory.CreateDirectory(to);
        foreach (string file in Directory.GetFiles(from))
        {
            File.Copy(file, Path.Combine(to, Path.GetFileName(file)), overwrite: true);
        }
    }
}
