namespace LlmSpell.Cli.Commands.Doctor;

/// <summary>Looks at one thing that can be wrong. Stateless. It changes nothing: looking makes neither a state nor a repository.</summary>
internal interface IDoctorCheck
{
    /// <summary>Lower case, with hyphens.</summary>
    string Name { get; }

    /// <summary>Looks, and writes down what it finds. An exception is reported as a problem of this check.</summary>
    Task ExamineAsync(DoctorSubject subject, Findings findings, CancellationToken cancellationToken);
}
