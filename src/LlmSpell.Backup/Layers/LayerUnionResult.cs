namespace LlmSpell.Backup;

/// <summary>What reading the layers of some backups found. Immutable.</summary>
/// <param name="Sums">What each backup's merged layers add up to; of no meaning for one with a damaged layer.</param>
/// <param name="Damages">The layers that are damaged, and all that is wrong with each.</param>
internal sealed record LayerUnionResult(
    IReadOnlyDictionary<BackupId, StateSum> Sums, IReadOnlyDictionary<ManifestLayer, IReadOnlyList<BackupDamagedException>> Damages);
