using System.Globalization;

namespace LlmSpell.Backup;

/// <summary>Signs that a clock was wrong when a backup was taken, or is wrong now.</summary>
internal static class ClockDoubt
{
    /// <summary>The sign, as a clause for people; null if all looks well.</summary>
    /// <param name="own">The store's backups, oldest first.</param>
    /// <param name="now">The present moment, by the clock.</param>
    /// <param name="maxAge">A gap longer than this would remove what was kept a moment ago; null where nothing goes by age.</param>
    internal static string? Find(IReadOnlyList<BackupSummary> own, DateTimeOffset now, TimeSpan? maxAge)
    {
        for (int i = 1; i < own.Count; i++)
        {
            TimeSpan gap = own[i].CreatedAt - own[i - 1].CreatedAt;

            // A long create that began first may be published after a short one: only its end must come after the other's beginning.
            if (gap < -TimeSpan.FromMicroseconds(own[i].Manifest.Duration))
            {
                return $"the clock ran backwards between the backups {own[i - 1].Id} and {own[i].Id}";
            }

            if (gap > maxAge)
            {
                return $"{Days(gap)} days lie between the backups {own[i - 1].Id} and {own[i].Id}, longer than max_backup_age";
            }
        }

        if (own.Count == 0)
        {
            return null;
        }

        TimeSpan sinceNewest = now - own[^1].CreatedAt;
        return sinceNewest < TimeSpan.Zero
            ? $"the clock says {now.UtcDateTime:u}, which is before the newest backup {own[^1].Id}"
            : sinceNewest > maxAge
                ? $"{Days(sinceNewest)} days lie between the newest backup {own[^1].Id} and now, longer than max_backup_age"
                : null;
    }

    private static string Days(TimeSpan time) => time.TotalDays.ToString("0.#", CultureInfo.InvariantCulture);
}
