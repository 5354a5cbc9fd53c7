using System.Text;

namespace LlmSpell.Bench;

/// <summary>What filling, the disk and the memory of each store come to.</summary>
internal static class BackendsMemory
{
    internal static void Append(StringBuilder text, BackendsResult result)
    {
        text.Append(
            """

            ### Filling, disk and memory

            Filled in transactions of 10,000. Memory is the most that was resident beyond what the process had before it opened the store, in MiB, over all rounds, the garbage of
            the benchmark's own calls included.

            | store | filling, an entry | on the disk, MiB | before | filling | saves, loads, scans | writers | backup and restore |
            |---|---:|---:|---:|---:|---:|---:|---:|

            """);
        foreach (SubjectFill fill in result.Fills)
        {
            StepMeasurement[] all = [.. result.Measurements.Where(m => m.Store == fill.Store)];
            text.Append(
                $"| {fill.Store} | {Figures.Seconds(fill.SecondsPerEntry)} | {Figures.MiB(fill.DiskBytes)} | {Figures.MiB(fill.BaselineBytes)} | {Figures.MiB(fill.PeakBytes)} "
                + $"| {Most(all, static step => step.Writers() == 0 && !IsBackup(step))} | {Most(all, static step => step.Writers() > 0)} | {Most(all, IsBackup)} |\n");
        }
    }

    private static bool IsBackup(BackendStep step) => step is BackendStep.Backup or BackendStep.Restore;

    private static string Most(StepMeasurement[] all, Func<BackendStep, bool> of)
    {
        long[] peaks = [.. all.Where(m => of(m.Step)).Select(static m => m.PeakBytes)];
        return peaks.Length == 0 ? "–" : Figures.MiB(peaks.Max());
    }
}
