namespace LlmSpell.Cli.Commands.Doctor;

internal enum FindingKind
{
    /// <summary>Good to know.</summary>
    Note,

    /// <summary>What was not looked at, and why.</summary>
    NotChecked,

    Warning,

    Problem,
}
