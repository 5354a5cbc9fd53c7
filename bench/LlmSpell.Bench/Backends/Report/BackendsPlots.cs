namespace LlmSpell.Bench;

/// <summary>The pictures of a comparison of backends.</summary>
internal static class BackendsPlots
{
    internal static string OneWriter(BackendsResult result) => Times(
        result,
        "Time of a save and a load: shorter is better",
        [BackendStep.SaveHot, BackendStep.SaveUniform, BackendStep.SaveBatch, BackendStep.StrictSave, BackendStep.LoadHot, BackendStep.LoadUniform]);

    internal static string WholeState(BackendsResult result) => Times(
        result,
        "Time on the whole state: shorter is better",
        [
            BackendStep.Scan, BackendStep.ChangesOfTenthOfPercent, BackendStep.ChangesOfPercent, BackendStep.Open, BackendStep.Backup, BackendStep.Restore,
        ]);

    internal static string ManyWriters(BackendsResult result) => Draw(
        result,
        "Saves a second together: longer is better",
        [.. Enum.GetValues<BackendStep>().Where(static step => step.Writers() > 0)],
        static m => new Bar(m.Store, 1 / m.Seconds, 1 / m.MaxSeconds, 1 / m.MinSeconds, m.Kind),
        static value => Figures.Count((long)value) + " /s");

    /// <summary>What the figures are, as the beginning of a sentence but for its capital.</summary>
    internal static string Medians(BackendsResult result) => result.Rounds == 1 ? "a single round" : $"medians of {result.Rounds} rounds";

    private static string Times(BackendsResult result, string title, BackendStep[] steps) => Draw(
        result, title, steps, static m => new Bar(m.Store, m.Seconds, m.MinSeconds, m.MaxSeconds, m.Kind), Figures.Seconds);

    private static string Draw(BackendsResult result, string title, BackendStep[] steps, Func<StepMeasurement, Bar> bar, Func<double, string> figure)
    {
        BarChart chart = new(
            title, $"{Figures.Count(result.Entries)} entries; {Medians(result)}, the thin line from least to most", figure, reference: "the speed limit");
        foreach (BackendStep step in steps)
        {
            chart.Add(step.Title(), result.Measurements.Where(m => m.Step == step).Select(bar));
        }

        return chart.ToSvg();
    }
}
