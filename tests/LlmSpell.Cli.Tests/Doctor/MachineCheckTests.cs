using LlmSpell.Cli.Commands.Doctor;
using LlmSpell.Cli.Commands.Doctor.Machine;
using LlmSpell.Testing;

namespace LlmSpell.Cli.Tests.Doctor;

public sealed class MachineCheckTests : IDisposable
{
    private const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    private readonly DoctorFixture _fixture = new();

    public void Dispose() => _fixture.Dispose();

    [Theory]
    [InlineData("nfs", "locks and flushes")]
    [InlineData("cifs", "locks and flushes")]
    [InlineData("v9fs", "locks and flushes")]
    [InlineData("tmpfs", "gone after a restart")]
    [InlineData("overlayfs", "layer of a container")]
    public async Task A_file_system_that_does_not_keep_its_promises_is_a_warning(string kind, string text)
    {
        _fixture.Machine.FileSystem = _fixture.Machine.FileSystem with { Kind = kind };

        (await _fixture.ExamineAsync()).Finds("file-systems", CheckStatus.Warning, text);
    }

    [Fact]
    public async Task A_full_disk_is_a_problem_and_a_small_rest_a_warning()
    {
        await _fixture.WithBackupAsync();
        _fixture.Machine.FileSystem = _fixture.Machine.FileSystem with { FreeBytes = 1 << 20 };
        DoctorReport full = await _fixture.ExamineAsync();
        full.Finds("space", CheckStatus.Problem, "1.0 MiB are free for the state");
        full.Finds("space", CheckStatus.Problem, "1.0 MiB are free for the backups");
        Assert.Equal(7, full.Code.Number);

        await using (FileStream file = File.OpenWrite(Path.Combine(_fixture.StateFolder, "state.db-wal")))
        {
            file.SetLength(64 << 20);
        }

        _fixture.Machine.FileSystem = _fixture.Machine.FileSystem with { FreeBytes = 32 << 20 };
        (await _fixture.ExamineAsync([new LlmSpell.Cli.Commands.Doctor.Checks.SpaceCheck()])).Finds("space", CheckStatus.Warning, "of a restore");
    }

    [Theory]
    [InlineData(0, true)]
    [InlineData(12, false)]
    public async Task A_file_system_that_can_hold_no_more_files_is_told(long free, bool isProblem)
    {
        _fixture.Machine.FileSystem = _fixture.Machine.FileSystem with { FreeFiles = free };

        (await _fixture.ExamineAsync()).Finds("space", isProblem ? CheckStatus.Problem : CheckStatus.Warning, "can hold");
    }

    [Fact]
    public async Task A_folder_that_cannot_be_written_is_a_problem_even_before_it_is_there()
    {
        _fixture.Machine.Folder = new FileFacts(0, Private, IsWritable: false);

        DoctorReport report = await _fixture.ExamineAsync();

        report.Finds("permissions", CheckStatus.Problem, "cannot be made");
        Assert.Equal(7, report.Code.Number);
    }

    [Fact]
    public async Task A_file_of_the_state_that_cannot_be_written_is_a_problem()
    {
        await _fixture.WithBackupAsync();
        _fixture.Machine.File = new FileFacts(0, Private, IsWritable: false);

        (await _fixture.ExamineAsync()).Finds("permissions", CheckStatus.Problem, "state.db cannot be written");
    }

    [Fact]
    public async Task Folders_of_somebody_else_or_open_to_everybody_are_warnings()
    {
        await _fixture.WithBackupAsync();
        _fixture.Machine.Folder = new FileFacts(TestMachine.Me + 1, Private | UnixFileMode.OtherWrite, IsWritable: true);

        DoctorReport report = await _fixture.ExamineAsync();

        report.Finds("permissions", CheckStatus.Warning, "belongs to user 1001");
        report.Finds("permissions", CheckStatus.Warning, "can be written by every user");
    }

    [Theory]
    [InlineData(false, true, "folder of the backups")]
    [InlineData(true, false, "folder of the state")]
    public async Task Locks_that_do_not_work_are_a_problem_where_they_are_needed(bool wholeFile, bool range, string text)
    {
        await _fixture.WithBackupAsync();
        _fixture.Machine.Locks = new LockFacts(wholeFile, range);

        DoctorReport report = await _fixture.ExamineAsync();

        report.Finds("file-locks", CheckStatus.Problem, text);
        Assert.Single(report.Of("file-locks").Findings);
    }

    [Fact]
    public async Task A_low_limit_of_open_files_is_a_warning()
    {
        _fixture.Machine.OpenFileLimit = 64;

        (await _fixture.ExamineAsync()).Finds("open-files", CheckStatus.Warning, "only 64 files");
    }

    [Fact]
    public async Task The_versions_are_those_of_the_libraries_that_are_loaded()
    {
        string summary = (await _fixture.ExamineAsync()).Of("versions").Summary;

        Assert.Matches(@"^llmspell \d+\.\d+\.\d+\S*, Lua 5\.4\.\d+, SQLite 3\.\d+\.\d+, zstd 1\.\d+\.\d+, \.NET 10\.", summary);
    }

    [Fact]
    public void This_machine_tells_what_it_knows()
    {
        if (!OperatingSystem.IsLinux())
        {
            Assert.Skip("the calls are Linux's");
            return;
        }

        using TemporaryFolder folder = new();
        var machine = new LocalMachine();
        string file = folder.Write("f", "text");
        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.GroupRead);

        FileFacts facts = machine.FileOf(file)!;
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.GroupRead, facts.Mode);
        Assert.Equal(machine.User, facts.Owner);
        Assert.Equal(machine.User == 0, facts.IsWritable);
        Assert.Null(machine.FileOf(folder["missing"]));

        FileSystemFacts system = machine.FileSystemOf(folder.Path);
        Assert.NotEmpty(system.Kind);
        Assert.InRange(system.FreeBytes, 1, long.MaxValue);
        Assert.InRange(machine.OpenFileLimit ?? 1, 1, long.MaxValue);

        Assert.Equal(new LockFacts(WholeFile: true, Range: true), machine.TryLocks(folder.Path));
        Assert.Equal([file], Directory.GetFiles(folder.Path));
    }

    [Fact]
    public async Task Locks_work_although_a_sweep_takes_the_file_away_by_which_they_are_tried()
    {
        using TemporaryFolder folder = new();
        var machine = new LocalMachine();
        using CancellationTokenSource stop = new();
        CancellationToken stopped = stop.Token;
        Task sweeping = Task.Run(
            () =>
            {
                while (!stopped.IsCancellationRequested)
                {
                    Array.ForEach(Directory.GetFiles(folder.Path), File.Delete);
                    Thread.Sleep(1);
                }
            },
            TestContext.Current.CancellationToken);
        try
        {
            for (int i = 0; i < 300; i++)
            {
                LockFacts locks = machine.TryLocks(folder.Path);
                Assert.True(locks.WholeFile && locks.Range != false, $"try {i}: {locks}");
            }
        }
        finally
        {
            await stop.CancelAsync();
            await sweeping;
        }
    }
}
