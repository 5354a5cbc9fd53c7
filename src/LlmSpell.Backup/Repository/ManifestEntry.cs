using LlmSpell.State;

namespace LlmSpell.Backup;

/// <summary>One manifest file of a repository: what it says, or why it cannot be read. Immutable.</summary>
/// <param name="Id">The backup's id, as the file's name says it.</param>
/// <param name="Path">The file's path in the repository.</param>
/// <param name="Length">The file's length in bytes.</param>
/// <param name="Manifest">What it says; null if it cannot be read.</param>
/// <param name="Problem">Why it cannot be read; null if it can.</param>
internal sealed record ManifestEntry(BackupId Id, string Path, long Length, BackupManifest? Manifest, StateException? Problem)
{
    /// <summary>The backup; null if the manifest cannot be read.</summary>
    internal BackupSummary? Backup => Manifest is null ? null : new BackupSummary(Manifest, Length);
}
