using LlmSpell.Cli.Configuration;
using LlmSpell.Cli.Configuration.Problems;
using LlmSpell.Cli.Failures;

namespace LlmSpell.Cli.Commands.Doctor.Checks;

/// <summary>Every problem and notice of the configuration, and the files that stand beside the one that applies.</summary>
internal sealed class ConfigurationCheck : IDoctorCheck
{
    public string Name => "configuration";

    public Task ExamineAsync(DoctorSubject subject, Findings findings, CancellationToken cancellationToken)
    {
        ConfigurationSource source = subject.Source;
        findings.Summary = source.File is { } file ? $"{file} ({source.ChosenBy})" : "no file; the defaults";
        foreach (ConfigurationProblem problem in subject.ConfigurationProblems)
        {
            string message = problem.File is null ? problem.Message : $"{problem.Location}: {problem.Message}";
            if (problem.Severity == ProblemSeverity.Error)
            {
                findings.Problem(ExitCodes.Configuration, message, problem.Hint);
            }
            else
            {
                findings.Warning(message, problem.Hint);
            }
        }

        foreach (string other in OthersThan(source, subject.Request))
        {
            findings.Note($"{other} is not read: {source.File} comes before it", "Files are never merged; `-c FILE` names another one.");
        }

        return Task.CompletedTask;
    }

    private static IEnumerable<string> OthersThan(ConfigurationSource source, ConfigurationRequest request)
    {
        string beside = Path.Combine(request.WorkingFolder, ConfigurationLocator.FileName);
        string? ofVariable = request.Environment(ConfigurationLocator.Variable) is { Length: > 0 } named
            ? Path.GetFullPath(named, request.WorkingFolder) : null;
        return new[] { ofVariable, beside, ConfigurationLocator.UserFile(request) }
            .OfType<string>()
            .Where(file => file != source.File && File.Exists(file))
            .Distinct(StringComparer.Ordinal);
    }
}
