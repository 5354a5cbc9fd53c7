using System.Buffers.Binary;
using LlmSpell.Cli.Commands.Doctor;
using LlmSpell.State;

namespace LlmSpell.Cli.Tests.Doctor;

public sealed class StateCheckTests : IDisposable
{
    private readonly DoctorFixture _fixture = new();

    public void Dispose() => _fixture.Dispose();

    [Fact]
    public async Task A_state_with_a_backup_is_healthy()
    {
        await _fixture.WithBackupAsync();

        DoctorReport report = await _fixture.ExamineAsync();

        report.AssertHealthy();
        Assert.Contains("format 1, 1 entry", report.Of("state").Summary, StringComparison.Ordinal);
        Assert.Contains("1 backup", report.Of("backups").Summary, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Looking_makes_neither_a_state_nor_a_repository()
    {
        (await _fixture.ExamineAsync()).AssertHealthy();

        Assert.Empty(Directory.EnumerateFileSystemEntries(_fixture.Commands.Folder));
    }

    [Fact]
    public async Task Looking_does_not_fill_an_empty_file()
    {
        string file = _fixture.Commands.Write(".llmspell/state.db", "");

        await _fixture.ExamineAsync();

        Assert.Equal(0, new FileInfo(file).Length);
    }

    [Fact]
    public async Task A_state_that_is_gone_although_there_are_backups_is_a_warning()
    {
        await _fixture.WithBackupAsync();
        Directory.Delete(_fixture.StateFolder, recursive: true);

        Finding finding = (await _fixture.ExamineAsync()).Finds("state", CheckStatus.Warning, "although there are backups");
        Assert.Contains("backup restore latest", finding.Hint, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_foreign_file_is_a_problem_of_the_storage()
    {
        _fixture.Commands.Write(".llmspell/state.db", "this is not a database, but a text that is long enough to be taken for one by its length, ".PadRight(5000, '.'));

        DoctorReport report = await _fixture.ExamineAsync();

        report.Finds("state", CheckStatus.Problem, "is not a SQLite database");
        Assert.Equal(7, report.Code.Number);
    }

    [Fact]
    public async Task A_damaged_page_is_found()
    {
        using (StateStore store = _fixture.Commands.OpenStore())
        {
            store.Transact(transaction =>
            {
                for (int i = 0; i < 5_000; i++)
                {
                    transaction.Save(("global", $"key {i}"), "some value that takes its room");
                }
            });
        }

        await using (FileStream file = File.OpenWrite(Path.Combine(_fixture.StateFolder, "state.db")))
        {
            file.Position = file.Length / 2 / 4096 * 4096;
            file.Write(new byte[4096]);
        }

        DoctorReport report = await _fixture.ExamineAsync();

        report.Finds("state", CheckStatus.Problem, "damaged");
        Assert.Equal(7, report.Code.Number);
    }

    [Fact]
    public async Task The_hint_at_damage_that_only_the_database_sees_brings_a_whole_state_back()
    {
        await _fixture.WithBackupAsync();
        await using (FileStream file = File.Open(Path.Combine(_fixture.StateFolder, "state.db"), FileMode.Open))
        {
            // One page more than anything leads to: the number of pages is in the file's header.
            byte[] pages = new byte[4];
            BinaryPrimitives.WriteUInt32BigEndian(pages, (uint)(file.Length / 4096) + 1);
            file.Position = 28;
            file.Write(pages);
            file.Position = file.Length;
            file.Write(new byte[4096]);
        }

        Finding finding = (await _fixture.ExamineAsync()).Finds("state", CheckStatus.Problem, "the database is damaged: ");
        string[] advised = finding.Hint!.Split('`')[1].Split(' ');
        (await _fixture.Commands.RunAsync([.. advised.Skip(1), "--yes"])).Done();

        (await _fixture.ExamineAsync()).AssertHealthy();
        Assert.Equal("1\n", (await _fixture.Commands.RunAsync("state", "get", "global", "x")).Done().Output);
    }

    [Fact]
    public async Task A_transaction_that_goes_on_is_named()
    {
        _fixture.Commands.Save("global", "x", 1);
        using StateStore other = _fixture.Commands.OpenStore();
        using StateTransaction held = other.BeginTransaction();

        DoctorReport report = await _fixture.ExamineAsync();

        report.Finds("writers", CheckStatus.Warning, "is being written by another transaction of this process");
        Assert.Equal(0, report.Code.Number);
    }

    [Fact]
    public async Task A_state_that_is_not_kept_is_not_looked_at()
    {
        _fixture.Commands.Write("llmspell.toml", "[runtime.state_persistence]\nenabled = false\n");

        DoctorReport report = await _fixture.ExamineAsync();

        Assert.Equal(0, report.Code.Number);
        Assert.Equal(CheckStatus.Skipped, report.Of("state").Status);
        Assert.Equal(CheckStatus.Skipped, report.Of("backups").Status);
    }
}
