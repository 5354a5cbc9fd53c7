using System.Text.Json;
using LlmSpell.Cli.Commands.Doctor;
using LlmSpell.Cli.Failures;
using LlmSpell.Cli.Tests.Commands;

namespace LlmSpell.Cli.Tests.Doctor;

public sealed class DoctorCommandTests : IDisposable
{
    private readonly DoctorFixture _fixture = new();

    public void Dispose() => _fixture.Dispose();

    [Fact]
    public async Task Errors_of_the_configuration_are_all_told_and_end_with_its_exit_code()
    {
        _fixture.Commands.Write("llmspell.toml", "[runtime.state_persistence]\nenabeld = true\npath = 3\n");

        CommandOutcome outcome = await _fixture.Commands.RunAsync("doctor");

        Assert.Equal(3, outcome.Code);
        Assert.Contains("problem: llmspell.toml:2:1: unknown key enabeld", outcome.Output, StringComparison.Ordinal);
        Assert.Contains("problem: llmspell.toml:3:8: path is", outcome.Output, StringComparison.Ordinal);
        Assert.Contains("→ Did you mean enabled?", outcome.Output, StringComparison.Ordinal);
        Assert.EndsWith("\n\n2 problems, 0 warnings\n", outcome.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_variable_that_names_a_missing_file_is_a_problem()
    {
        _fixture.Commands.Environment["LLMSPELL_CONFIG"] = "gone.toml";

        DoctorReport report = await _fixture.ExamineAsync();

        report.Finds("configuration", CheckStatus.Problem, "that LLMSPELL_CONFIG names does not exist");
        Assert.Equal(3, report.Code.Number);
    }

    [Fact]
    public async Task A_file_that_is_there_and_not_read_is_noted()
    {
        _fixture.Commands.Environment["XDG_CONFIG_HOME"] = Path.Combine(_fixture.Commands.Folder, "user");
        string user = _fixture.Commands.Write("user/llmspell/llmspell.toml", "[runtime.state_persistence]\n");
        _fixture.Commands.Write("llmspell.toml", "[runtime.state_persistence]\n");

        CheckResult result = (await _fixture.ExamineAsync()).Of("configuration");

        Assert.Equal(CheckStatus.Ok, result.Status);
        Assert.StartsWith($"{user} is not read", Assert.Single(result.Findings).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_JSON_is_as_documented()
    {
        _fixture.Commands.Save("global", "x", 1);

        CommandOutcome outcome = (await _fixture.Commands.RunAsync("doctor", "--output", "json")).Done();

        JsonShape.AssertAsDocumented("doctor", outcome.Json);
        Assert.True(outcome.Json.GetProperty("healthy").GetBoolean());
        Assert.Equal(
            DoctorChecks.All.Select(check => check.Name),
            outcome.Json.GetProperty("checks").EnumerateArray().Select(check => check.GetProperty("name").GetString()));
        JsonElement age = outcome.Json.GetProperty("checks").EnumerateArray().Single(check => check.GetProperty("name").GetString() == "backup-age");
        Assert.Equal("warning", age.GetProperty("status").GetString());
    }

    [Fact]
    public async Task On_a_terminal_the_status_has_a_colour()
    {
        _fixture.Commands.IsTerminal = true;
        _fixture.Commands.Environment["TERM"] = "xterm";

        Assert.Contains("\e[32mok", (await _fixture.Commands.RunAsync("doctor")).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_check_that_crashes_is_a_problem_of_its_own_and_the_others_run()
    {
        DoctorReport report = await _fixture.ExamineAsync([new CrashingCheck(), .. DoctorChecks.All]);

        report.Finds("crashing", CheckStatus.Problem, "defect in llmspell: InvalidOperationException: sorry");
        Assert.Equal(70, report.Code.Number);
        Assert.Equal(CheckStatus.Ok, report.Of("state").Status);
    }

    [Fact]
    public async Task The_most_urgent_problem_gives_the_exit_code()
    {
        await _fixture.WithBackupAsync();
        File.Delete(Directory.GetFiles(Path.Combine(_fixture.BackupFolder, "layers"), "*.zst").Single());
        Assert.Equal(5, (await _fixture.ExamineAsync()).Code.Number);

        _fixture.Machine.FileSystem = _fixture.Machine.FileSystem with { FreeBytes = 0 };
        Assert.Equal(7, (await _fixture.ExamineAsync()).Code.Number);
        Assert.Equal(ExitCodes.Configuration, ExitCodes.Worst(ExitCodes.Storage, ExitCodes.Configuration));
        Assert.Equal(ExitCodes.BackupDamaged, ExitCodes.Worst(ExitCodes.BackupDamaged, ExitCodes.Busy));
        Assert.Equal(ExitCodes.Busy, ExitCodes.Worst(ExitCodes.Defect, ExitCodes.Busy));
    }

    [Fact]
    public async Task A_check_that_hangs_is_a_problem_of_the_storage()
    {
        var released = new TaskCompletionSource();
        try
        {
            DoctorReport report = await _fixture.ExamineAsync([new HangingCheck(released.Task)], new ImpatientClock());

            report.Finds("hanging", CheckStatus.Problem, "no answer within 5 seconds");
            Assert.Equal(7, report.Code.Number);
        }
        finally
        {
            released.SetResult();
        }
    }

    private sealed class HangingCheck(Task released) : IDoctorCheck
    {
        public string Name => "hanging";

        public Task ExamineAsync(DoctorSubject subject, Findings findings, CancellationToken cancellationToken) => released;
    }

    // Every wait is over at once.
    private sealed class ImpatientClock : TimeProvider
    {
        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            System.CreateTimer(callback, state, TimeSpan.Zero, period);
    }

    private sealed class CrashingCheck : IDoctorCheck
    {
        public string Name => "crashing";

        public Task ExamineAsync(DoctorSubject subject, Findings findings, CancellationToken cancellationToken) =>
            throw new InvalidOperationException("sorry");
    }
}
