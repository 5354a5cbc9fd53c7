using LlmSpell.State;

namespace LlmSpell.Backup;

/// <summary>What a restore would do at the moment of the plan; it changes nothing. Immutable.</summary>
/// <param name="Backup">What would be restored.</param>
/// <param name="Selection">Which entries of it.</param>
/// <param name="Present">The state that would be changed.</param>
/// <param name="TakesSafetyBackup">Whether a safety backup would be taken first.</param>
/// <param name="Difference">What would change: the present state is the earlier one, the restored the later.</param>
public sealed record RestorePlan(
    BackupSummary Backup, EntrySelection Selection, StoreStatus Present, bool TakesSafetyBackup, DifferenceSummary Difference);
