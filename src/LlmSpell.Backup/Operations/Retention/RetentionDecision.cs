namespace LlmSpell.Backup;

/// <summary>Whether one backup stays, and why. Immutable.</summary>
/// <param name="Backup">The backup.</param>
/// <param name="Keep">Whether it stays.</param>
/// <param name="Rules">The rules that decided it: all that keep it, or all that remove it; at least one.</param>
/// <param name="Reason">The same in words, for people.</param>
public sealed record RetentionDecision(BackupSummary Backup, bool Keep, IReadOnlyList<RetentionRule> Rules, string Reason)
{
    internal static RetentionDecision Of(BackupSummary backup, bool keep, params IReadOnlyList<RetentionGround> grounds) =>
        new(backup, keep, [.. grounds.Select(static ground => ground.Rule)], string.Join("; ", grounds.Select(static ground => ground.Words)));
}

/// <summary>One rule's part in a decision. Immutable.</summary>
/// <param name="Rule">The rule.</param>
/// <param name="Words">What it says of the backup, as a clause for people.</param>
internal readonly record struct RetentionGround(RetentionRule Rule, string Words);
