using LlmSpell.State;

namespace LlmSpell.Backup;

/// <summary>
/// Keeps the order between the backups of one store when some are copied. A copy is the same file, ordinal included; and ordinals order only
/// backups of one store. As long as those were all given in one repository the order stays right, whichever way they are copied.
/// </summary>
/// <remarks>
/// Where two repositories counted by themselves, as after one was lost and begun anew, the numbers say nothing. Nothing in a manifest tells; but then
/// the clock contradicts them, sooner or later. It orders nothing here either: it only raises a doubt, and a doubt keeps a backup from being copied.
/// </remarks>
internal static class CopyOrder
{
    /// <param name="copied">The backup to copy.</param>
    /// <param name="here">The backups of its repository.</param>
    /// <param name="there">Those of the other one.</param>
    /// <param name="location">Where the other one is.</param>
    /// <exception cref="StateUnsupportedException">It may come to stand in a wrong place among those that are there.</exception>
    internal static void Check(BackupManifest copied, IReadOnlyList<BackupManifest> here, IReadOnlyList<BackupManifest> there, string location)
    {
        HashSet<BackupId> known = [.. here.Select(static backup => backup.Id)];
        BackupManifest? stranger = there.FirstOrDefault(
            backup => backup.Store == copied.Store && !known.Contains(backup.Id) && IsDoubtful(copied, backup));
        if (stranger is not null)
        {
            throw new StateUnsupportedException(
                $"{copied.Id} cannot be copied to {location}, where {stranger.Id} of the same state is: by their ordinals {Older(copied, stranger).Id} is older, " +
                "by the clock it is not. They were probably numbered in two repositories",
                "Copy to a folder of its own.");
        }
    }

    private static bool IsDoubtful(BackupManifest one, BackupManifest other)
    {
        BackupManifest older = Older(one, other);
        BackupManifest newer = older == one ? other : one;

        // A long create that began first may be published after a short one.
        return newer.CreatedAt < older.CreatedAt - newer.Duration;
    }

    private static BackupManifest Older(BackupManifest one, BackupManifest other)
    {
        int order = one.Ordinal != other.Ordinal ? one.Ordinal.CompareTo(other.Ordinal) : string.CompareOrdinal(one.Id.Value, other.Id.Value);
        return order < 0 ? one : other;
    }
}
