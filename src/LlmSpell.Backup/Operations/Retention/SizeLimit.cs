namespace LlmSpell.Backup;

/// <summary>
/// Which backups go for the sake of max_total_size: the oldest that may, until the rest fits. Where it cannot fit, no more go than free a layer: history that
/// costs next to nothing is not given up for a limit that is missed all the same.
/// </summary>
internal static class SizeLimit
{
    /// <param name="staying">All backups that would stay, oldest first.</param>
    /// <param name="mayGo">Those of them that may go, oldest first.</param>
    /// <param name="limit">The most bytes.</param>
    /// <returns>How many of <paramref name="mayGo"/> go, and what the rest takes.</returns>
    internal static (int Going, long Bytes) Apply(IReadOnlyList<BackupSummary> staying, IReadOnlyList<BackupSummary> mayGo, long limit)
    {
        KeptFiles least = new(staying);
        foreach (BackupSummary backup in mayGo)
        {
            least.Remove(backup);
        }

        bool fits = least.Bytes <= limit;
        KeptFiles files = new(staying);
        int going = 0;
        while (going < mayGo.Count && files.Bytes > limit && (fits || files.LayerBytes > least.LayerBytes))
        {
            files.Remove(mayGo[going++]);
        }

        return (going, files.Bytes);
    }
}
