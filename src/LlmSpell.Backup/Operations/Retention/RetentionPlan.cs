namespace LlmSpell.Backup;

/// <summary>What a cleanup will do; the dry run prints it, the run executes it. Immutable.</summary>
/// <param name="Decisions">Each backup of the store, newest first.</param>
/// <param name="Notices">What the user should know.</param>
internal sealed record RetentionPlan(IReadOnlyList<RetentionDecision> Decisions, IReadOnlyList<string> Notices)
{
    /// <summary>The plan without other removals than those allowed; null allows all.</summary>
    internal RetentionPlan LimitedTo(IReadOnlyCollection<BackupId>? allowed, RetentionRule rule, string words) => allowed is null
        ? this
        : this with
        {
            Decisions = [.. Decisions.Select(decision => decision.Keep || allowed.Contains(decision.Backup.Id)
                ? decision
                : RetentionDecision.Of(decision.Backup, keep: true, new RetentionGround(rule, words)))],
        };

    internal IReadOnlyList<BackupSummary> Removed => [.. Decisions.Where(static decision => !decision.Keep).Select(static decision => decision.Backup)];
}
