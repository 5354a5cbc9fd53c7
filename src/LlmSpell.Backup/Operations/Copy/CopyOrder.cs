using LlmSpell.State;

namespace LlmSpell.Backup;

/// <summary>
/// Keeps the order between the backups of one store when some are copied. A copy is the same file, ordinal included. Ordinals order only
/// backups of one store, and those were given in one repository; so the order stays right as long as no backup of that store was made in the
/// other repository itself.
/// </summary>
/// <remarks>
/// What the other repository alone has is taken for an older copy of what this one has removed since, unless its ordinal says otherwise: it is
/// that of another backup here, or higher than any here.
/// </remarks>
internal static class CopyOrder
{
    /// <exception cref="StateUnsupportedException">The backup would stand in a wrong place among those that are there.</exception>
    internal static void Check(BackupManifest copied, IReadOnlyList<BackupManifest> here, IReadOnlyList<BackupManifest> there, string location)
    {
        BackupManifest[] own = [.. here.Where(backup => backup.Store == copied.Store)];
        long highest = own.Max(static backup => backup.Ordinal);
        HashSet<BackupId> known = [.. own.Select(static backup => backup.Id)];
        BackupManifest? stranger = there.FirstOrDefault(backup => backup.Store == copied.Store && !known.Contains(backup.Id)
            && (backup.Ordinal == copied.Ordinal || backup.Ordinal > highest));
        if (stranger is not null)
        {
            throw new StateUnsupportedException(
                $"{copied.Id} cannot be copied to {location}: a backup of the same state was made there, {stranger.Id}, and nothing says which of them is newer",
                "Copy to a folder of its own. If the other one was lost here, copy it back before a new backup is made.");
        }
    }
}
