using LlmSpell.Cli.Commands.Doctor;

namespace LlmSpell.Cli.Tests.Doctor;

internal static class DoctorReportExtensions
{
    public static CheckResult Of(this DoctorReport report, string check) => report.Checks.Single(result => result.Name == check);

    /// <summary>The finding of a check that says this, if the check has this status and no other check is worse than a warning.</summary>
    public static Finding Finds(this DoctorReport report, string check, CheckStatus status, string text)
    {
        CheckResult result = report.Of(check);
        Assert.True(result.Status == status, $"{check} is {result.Status}: {Text(report)}");
        FindingKind kind = status == CheckStatus.Problem ? FindingKind.Problem : FindingKind.Warning;
        Finding? found = result.Findings.FirstOrDefault(
            finding => finding.Kind == kind && finding.Message.Contains(text, StringComparison.Ordinal));
        Assert.True(found is not null, $"{check} does not say \"{text}\": {Text(report)}");
        Assert.False(string.IsNullOrEmpty(found.Hint), $"no hint for: {found.Message}");
        return found;
    }

    public static void AssertHealthy(this DoctorReport report)
    {
        Assert.All(report.Checks, check => Assert.True(check.Status is CheckStatus.Ok or CheckStatus.Skipped, Text(report)));
        Assert.Equal(0, ((LlmSpell.Cli.Output.ICommandResult)report).Code.Number);
    }

    public static string Text(DoctorReport report) => string.Join(
        '\n', report.Checks.SelectMany(check => check.Findings.Select(finding => $"{check.Name} {finding.Kind}: {finding.Message}")));
}
