using LlmSpell.Backup;
using LlmSpell.Cli.Commands.Doctor;
using LlmSpell.Testing.Repositories;

namespace LlmSpell.Cli.Tests.Doctor;

public sealed class RepositoryCheckTests : IDisposable
{
    private readonly DoctorFixture _fixture = new();

    public void Dispose() => _fixture.Dispose();

    [Fact]
    public async Task A_damaged_manifest_is_a_problem_of_the_backups()
    {
        await _fixture.WithBackupAsync();
        string manifest = Directory.GetFiles(Path.Combine(_fixture.BackupFolder, "manifests")).Single();
        await File.WriteAllTextAsync(
            manifest, (await File.ReadAllTextAsync(manifest, TestContext.Current.CancellationToken)).Replace("\"entries\":1", "\"entries\":2", StringComparison.Ordinal),
            TestContext.Current.CancellationToken);

        DoctorReport report = await _fixture.ExamineAsync();

        report.Finds("backups", CheckStatus.Problem, Path.GetFileName(manifest));
        Assert.Equal(5, report.Code.Number);
    }

    [Fact]
    public async Task A_missing_layer_is_named_with_the_backup_that_needs_it()
    {
        await _fixture.WithBackupAsync();
        string layer = Directory.GetFiles(Path.Combine(_fixture.BackupFolder, "layers"), "*.zst").Single();
        File.Delete(layer);

        DoctorReport report = await _fixture.ExamineAsync();

        report.Finds("backups", CheckStatus.Problem, Path.GetFileName(layer).Split('.')[0]);
        Assert.Equal(5, report.Code.Number);
    }

    [Fact]
    public async Task A_backup_that_a_cleanup_removes_while_it_looks_is_no_problem()
    {
        await _fixture.WithBackupAsync();
        var storage = new FolderStorage(_fixture.BackupFolder);
        string manifest = Path.GetFileName(Directory.GetFiles(Path.Combine(_fixture.BackupFolder, "manifests")).Single());
        for (int delayed = 1; ; delayed++)
        {
            var slow = new FaultyStorage(storage, delayed, StorageFault.Delayed)
            {
                Meanwhile = () => storage.DeleteAsync([$"manifests/{manifest}"], TestContext.Current.CancellationToken),
            };
            RepositoryLook look = await RepositoryLook.ReadAsync(slow, TimeProvider.System);
            if (slow.Operations[delayed - 1] == "list layers")
            {
                Assert.Empty(look.Backups);
                return;
            }

            (await _fixture.Commands.RunAsync("backup", "create")).Done();
            manifest = Path.GetFileName(Directory.GetFiles(Path.Combine(_fixture.BackupFolder, "manifests")).Single());
        }
    }

    [Fact]
    public async Task A_repository_that_lost_its_description_is_a_problem_and_gets_no_new_one()
    {
        await _fixture.WithBackupAsync();
        string descriptor = Path.Combine(_fixture.BackupFolder, "repository.json");
        File.Delete(descriptor);

        DoctorReport report = await _fixture.ExamineAsync();

        report.Finds("backups", CheckStatus.Problem, "repository.json");
        Assert.False(File.Exists(descriptor));
    }

    [Fact]
    public async Task A_file_in_the_place_of_the_folder_is_a_problem()
    {
        _fixture.Commands.Write("backups", "a file");

        DoctorReport report = await _fixture.ExamineAsync();

        report.Finds("backups", CheckStatus.Problem, "is a file where");
        Assert.Equal(7, report.Code.Number);
    }

    [Fact]
    public async Task A_link_to_a_folder_that_is_away_is_a_problem_and_no_file()
    {
        Directory.CreateSymbolicLink(_fixture.BackupFolder, "away");
        Directory.CreateSymbolicLink(Path.Combine(_fixture.Commands.Folder, ".llmspell"), "/away/state");

        DoctorReport report = await _fixture.ExamineAsync();

        report.Finds("backups", CheckStatus.Problem, "backups is a link to away, which is not there");
        report.Finds("state", CheckStatus.Problem, ".llmspell is a link to /away/state, which is not there");
        foreach (string command in (string[])["state get a b", "state set a b 1", "state scopes"])
        {
            Assert.Contains(
                ".llmspell is a link to /away/state, which is not there", (await _fixture.Commands.RunAsync(command.Split(' '))).FailedWith(7), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task What_an_interrupted_backup_left_is_noted()
    {
        await _fixture.WithBackupAsync();
        _fixture.Commands.Write("backups/layers/.tmp-0123456789abcdef0123456789abcdef", "half");

        CheckResult result = (await _fixture.ExamineAsync()).Of("backups");

        Assert.Equal(CheckStatus.Ok, result.Status);
        Assert.Contains(result.Findings, finding => finding.Kind == FindingKind.Note && finding.Message.StartsWith("1 unfinished file (4 B)", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_publisher_that_does_not_end_is_a_warning()
    {
        await _fixture.WithBackupAsync();
        using IDisposable? held = await new FolderStorage(_fixture.BackupFolder)
            .TryLockAsync(RepositoryLock.Publish, exclusive: true, TestContext.Current.CancellationToken);
        Assert.NotNull(held);

        (await _fixture.ExamineAsync()).Finds("writers", CheckStatus.Warning, "publishing, cleaning up or pinning");
    }

    [Fact]
    public async Task A_state_without_a_backup_is_a_warning_with_the_command_that_makes_one()
    {
        _fixture.Commands.Save("global", "x", 1);

        Finding finding = (await _fixture.ExamineAsync()).Finds("backup-age", CheckStatus.Warning, "1 entry and no backup");
        Assert.Contains("llmspell backup create", finding.Hint, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false, "the state has 0 entries and no backup")]
    [InlineData(true, "the state has 1 entry and no backup")]
    public async Task A_state_that_was_made_anew_beside_the_backups_of_another_is_a_warning(bool hasEntry, string message)
    {
        await _fixture.WithBackupAsync();
        Directory.Delete(_fixture.StateFolder, recursive: true);
        _fixture.Commands.Save("global", "y", 1);
        if (!hasEntry)
        {
            (await _fixture.Commands.RunAsync("state", "delete", "global", "y")).Done();
        }

        Finding finding = (await _fixture.ExamineAsync()).Finds("backup-age", CheckStatus.Warning, message);

        Assert.EndsWith($"the one in {_fixture.BackupFolder} is of another state", finding.Message, StringComparison.Ordinal);
        Assert.Contains("llmspell backup restore ID", finding.Hint, StringComparison.Ordinal);
        Assert.Contains("llmspell backup create", finding.Hint, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_state_that_shares_its_repository_with_another_is_none()
    {
        await _fixture.WithBackupAsync();
        Directory.Delete(_fixture.StateFolder, recursive: true);
        await _fixture.WithBackupAsync();

        Assert.Equal(CheckStatus.Ok, (await _fixture.ExamineAsync()).Of("backup-age").Status);
    }

    [Fact]
    public async Task A_changed_state_whose_backup_is_old_is_a_warning_and_an_unchanged_one_is_not()
    {
        _fixture.Commands.Write("llmspell.toml", "[runtime.state_persistence.backup]\nmax_backup_age = 0\n");
        await _fixture.WithBackupAsync();
        _fixture.ClockOffset = TimeSpan.FromDays(20);
        Assert.Equal(CheckStatus.Ok, (await _fixture.ExamineAsync()).Of("backup-age").Status);

        _fixture.Commands.Save("global", "x", 2);

        (await _fixture.ExamineAsync()).Finds("backup-age", CheckStatus.Warning, "20 days old");
    }

    [Fact]
    public async Task A_backup_older_than_the_rules_keep_is_a_warning()
    {
        await _fixture.WithBackupAsync();
        _fixture.ClockOffset = TimeSpan.FromDays(31);

        (await _fixture.ExamineAsync()).Finds("backup-age", CheckStatus.Warning, "max_backup_age");
    }

    [Fact]
    public async Task A_backup_from_the_future_is_a_warning_of_the_clock()
    {
        await _fixture.WithBackupAsync();
        _fixture.ClockOffset = TimeSpan.FromHours(-3);

        DoctorReport report = await _fixture.ExamineAsync();

        report.Finds("clock", CheckStatus.Warning, "the clock was ahead then, or is behind now");
        report.Finds("clock", CheckStatus.Warning, "the state has an entry of");
    }

    [Fact]
    public async Task A_doubt_that_suspends_the_rules_of_age_is_told()
    {
        await _fixture.WithBackupAsync();
        _fixture.ClockOffset = TimeSpan.FromDays(31);

        Finding finding = (await _fixture.ExamineAsync()).Finds("clock", CheckStatus.Warning, "cleanups remove nothing by age");
        Assert.Contains("--trust-clock", finding.Hint, StringComparison.Ordinal);
    }
}
