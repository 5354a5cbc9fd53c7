using LlmSpell.Cli.Failures;

namespace LlmSpell.Cli.Commands.Doctor;

/// <summary>Runs checks one after another. Neither a check that fails nor one that hangs keeps the others from running.</summary>
internal static class DoctorRun
{
    /// <summary>How long one check may take: what hangs on a dead network file system does so for ever.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <exception cref="OperationCanceledException">Interrupted.</exception>
    public static async Task<DoctorReport> RunAsync(
        IReadOnlyList<IDoctorCheck> checks, DoctorSubject subject, CancellationToken cancellationToken)
    {
        var results = new List<CheckResult>();
        foreach (IDoctorCheck check in checks)
        {
            results.Add(await RunAsync(check, subject, cancellationToken));
        }

        return new DoctorReport(results);
    }

    private static async Task<CheckResult> RunAsync(IDoctorCheck check, DoctorSubject subject, CancellationToken cancellationToken)
    {
        var findings = new Findings();
        try
        {
            await Task.Run(() => check.ExamineAsync(subject, findings, cancellationToken), cancellationToken)
                .WaitAsync(Patience, subject.Clock, cancellationToken);
            return findings.ToResult(check.Name);
        }
        catch (TimeoutException)
        {
            // The check may still be writing into its own findings.
            subject.IsAbandoned = true;
            var late = new Findings { Summary = "did not end" };
            late.Problem(
                ExitCodes.Storage, $"no answer within {Patience.TotalSeconds:0} seconds",
                "A disk or a network file system may not respond: look at the folders that `llmspell config show` names.");
            return late.ToResult(check.Name);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            throw;
        }
        catch (Exception error)
        {
            findings.Problem(error);
            return findings.ToResult(check.Name);
        }
    }
}
