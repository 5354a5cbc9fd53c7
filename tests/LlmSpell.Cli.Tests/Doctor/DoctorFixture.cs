using LlmSpell.Cli.Commands.Doctor;
using LlmSpell.Cli.Configuration;
using LlmSpell.Cli.Tests.Commands;

namespace LlmSpell.Cli.Tests.Doctor;

/// <summary>A folder with a state, seen by the doctor on a machine and at a time that the test chooses.</summary>
public sealed class DoctorFixture : IDisposable
{
    public CommandLineFixture Commands { get; } = new();

    internal TestMachine Machine { get; } = new();

    /// <summary>How far the doctor's clock is from the one that wrote the state and the backups.</summary>
    public TimeSpan ClockOffset { get; set; }

    public string StateFolder => Path.Combine(Commands.Folder, ".llmspell");

    public string BackupFolder => Path.Combine(Commands.Folder, "backups");

    /// <summary>Makes a state of one entry and a backup of it.</summary>
    public async Task<DoctorFixture> WithBackupAsync()
    {
        Commands.Save("global", "x", 1);
        (await Commands.RunAsync("backup", "create")).Done();
        return this;
    }

    internal Task<DoctorReport> ExamineAsync() => ExamineAsync(DoctorChecks.All);

    internal Task<DoctorReport> ExamineAsync(IReadOnlyList<IDoctorCheck> checks) => ExamineAsync(checks, new OffsetClock(ClockOffset));

    internal async Task<DoctorReport> ExamineAsync(IReadOnlyList<IDoctorCheck> checks, TimeProvider clock)
    {
        var request = new ConfigurationRequest(null, Commands.Folder, Commands.Environment.GetValueOrDefault);
        using var subject = new DoctorSubject(request, clock, Machine);
        return await DoctorRun.RunAsync(checks, subject, TestContext.Current.CancellationToken);
    }

    public void Dispose() => Commands.Dispose();

    private sealed class OffsetClock(TimeSpan offset) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + offset;
    }
}
