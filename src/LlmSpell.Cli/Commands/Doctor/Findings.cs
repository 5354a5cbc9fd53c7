using LlmSpell.Cli.Failures;

namespace LlmSpell.Cli.Commands.Doctor;

/// <summary>Takes down what one check finds. Not thread-safe.</summary>
internal sealed class Findings
{
    private readonly List<Finding> _found = [];
    private ExitCode? _code;
    private bool _skipped;

    /// <summary>What was looked at, as a clause for people.</summary>
    public string Summary { get; set; } = "";

    public void Note(string message, string? hint = null) => _found.Add(new Finding(FindingKind.Note, message, hint));

    /// <summary>Part of the check was left out.</summary>
    public void NotChecked(string message, string? hint = null) => _found.Add(new Finding(FindingKind.NotChecked, message, hint));

    /// <summary>The whole check was left out: there is nothing to look at, or it cannot be reached.</summary>
    public void Skip(string why)
    {
        _skipped = true;
        Summary = why;
    }

    public void Warning(string message, string? hint) => _found.Add(new Finding(FindingKind.Warning, message, hint));

    /// <param name="code">What the process ends with if nothing worse is found.</param>
    /// <param name="message">What was found, and where.</param>
    /// <param name="hint">What to do about it.</param>
    public void Problem(ExitCode code, string message, string? hint)
    {
        _found.Add(new Finding(FindingKind.Problem, message, hint));
        _code = ExitCodes.Worst(_code, code);
    }

    /// <summary>A problem, as a failed command would tell it.</summary>
    public void Problem(Exception error)
    {
        Failure failure = Failure.From(error);
        Problem(failure.Code, failure.Message, failure.Hint);
    }

    public CheckResult ToResult(string name) => new(name, Status, Summary, [.. _found], _code);

    private CheckStatus Status => _found.Exists(static finding => finding.Kind == FindingKind.Problem) ? CheckStatus.Problem
        : _found.Exists(static finding => finding.Kind == FindingKind.Warning) ? CheckStatus.Warning
        : _skipped ? CheckStatus.Skipped
        : CheckStatus.Ok;
}
