namespace LlmSpell.Backup;

/// <summary>What was found of backups, for those who go on from there.</summary>
/// <param name="Reports">What was found of each.</param>
/// <param name="Damages">Each damage, and what is lost by it.</param>
internal sealed record ValidationFindings(IReadOnlyList<ValidationReport> Reports, DamageTally Damages);
