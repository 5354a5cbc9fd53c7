using System.Text.Json;
using LlmSpell.Cli.Failures;
using LlmSpell.Cli.Output;

namespace LlmSpell.Cli.Commands.Doctor;

/// <summary>What all checks found.</summary>
internal sealed record DoctorReport(IReadOnlyList<CheckResult> Checks) : ICommandResult
{
    private const string Green = "32";
    private const string Yellow = "33";
    private const string Red = "31";
    private const string Dim = "2";

    public ExitCode Code => Checks.Aggregate((ExitCode?)null, static (worst, check) => ExitCodes.Worst(worst, check.Code)) ?? ExitCodes.Done;

    /// <summary>The same report, with commands as a person has to type them.</summary>
    public DoctorReport Advising(AdvisedCommands commands) => new(
        [.. Checks.Select(check => check with
        {
            Findings = [.. check.Findings.Select(finding => finding with { Hint = finding.Hint is { } hint ? commands.In(hint) : null })],
        })]);

    private int Problems => Count(FindingKind.Problem);

    private int Warnings => Count(FindingKind.Warning);

    public void WriteJson(Utf8JsonWriter json)
    {
        json.WriteBoolean("healthy"u8, Problems == 0);
        json.WriteNumber("problems"u8, Problems);
        json.WriteNumber("warnings"u8, Warnings);
        json.WriteStartArray("checks"u8);
        foreach (CheckResult check in Checks)
        {
            json.WriteStartObject();
            json.WriteString("name"u8, check.Name);
            json.WriteString("status"u8, NameOf(check.Status));
            json.WriteString("summary"u8, check.Summary);
            json.WriteStartArray("findings"u8);
            foreach (Finding finding in check.Findings)
            {
                json.WriteStartObject();
                json.WriteString("kind"u8, NameOf(finding.Kind));
                json.WriteString("message"u8, finding.Message);
                json.WriteString("hint"u8, finding.Hint);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    public void WriteText(TextOutput text)
    {
        int statusWidth = Checks.Max(static check => NameOf(check.Status).Length);
        int nameWidth = Checks.Max(static check => check.Name.Length);
        string indent = new(' ', statusWidth + 2);
        foreach (CheckResult check in Checks)
        {
            string status = text.Styled(NameOf(check.Status).PadRight(statusWidth), StyleOf(check.Status));
            text.Line($"{status}  {check.Name.PadRight(nameWidth)}  {SafeText.OneLine(check.Summary)}".TrimEnd());
            foreach (Finding finding in check.Findings)
            {
                text.Line($"{indent}{text.Styled(LabelOf(finding.Kind), StyleOf(finding.Kind))} {SafeText.OneLine(finding.Message)}");
                if (finding.Hint is { } hint)
                {
                    text.Line($"{indent}  → {SafeText.OneLine(hint)}");
                }
            }
        }

        text.Line();
        text.Line(Problems + Warnings == 0
            ? "no problems"
            : $"{Quantities.Count(Problems, "problem", "problems")}, {Quantities.Count(Warnings, "warning", "warnings")}");
    }

    private int Count(FindingKind kind) => Checks.Sum(check => check.Findings.Count(finding => finding.Kind == kind));

    private static string NameOf(CheckStatus status) => status switch
    {
        CheckStatus.Ok => "ok",
        CheckStatus.Warning => "warning",
        CheckStatus.Problem => "problem",
        _ => "skipped",
    };

    private static string NameOf(FindingKind kind) => kind switch
    {
        FindingKind.Note => "note",
        FindingKind.NotChecked => "not_checked",
        FindingKind.Warning => "warning",
        _ => "problem",
    };

    private static string LabelOf(FindingKind kind) => kind == FindingKind.NotChecked ? "not checked:" : $"{NameOf(kind)}:";

    private static string StyleOf(CheckStatus status) => status switch
    {
        CheckStatus.Ok => Green,
        CheckStatus.Warning => Yellow,
        CheckStatus.Problem => Red,
        _ => Dim,
    };

    private static string StyleOf(FindingKind kind) => kind switch
    {
        FindingKind.Warning => Yellow,
        FindingKind.Problem => Red,
        _ => Dim,
    };
}
