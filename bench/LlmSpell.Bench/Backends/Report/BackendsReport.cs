using System.Text;
using System.Text.Json;

namespace LlmSpell.Bench;

/// <summary>Writes a comparison of backends down: a section of the page, plots, and all figures as JSON. Every sentence about them is made from them.</summary>
internal static class BackendsReport
{
    internal static void Write(BackendsResult result, ReportFolder output)
    {
        string json = output.WriteFile("backends.json", JsonSerializer.Serialize(result, ReportJson.Indented.BackendsResult));
        string single = output.WriteFile("backends.svg", BackendsPlots.OneWriter(result));
        string writers = output.WriteFile("backends-writers.svg", BackendsPlots.ManyWriters(result));
        string whole = output.WriteFile("backends-whole.svg", BackendsPlots.WholeState(result));
        string markdown = Markdown(result, json, single, writers, whole);
        output.WriteSection("backends", markdown);
        Console.WriteLine(markdown);
    }

    private static string Markdown(BackendsResult result, string json, string single, string writers, string whole)
    {
        StringBuilder text = new();
        text.Append(
            $"""
            ## Backends side by side

            {Figures.Count(result.Entries)} entries, {Figures.Bytes(result.Fills.Count == 0 ? 0 : result.Fills[0].LogicalBytes)} of scopes, keys and values, the same bytes for every store. {Sentence(BackendsPlots.Medians(result))}; the spread is from
            the least to the most. Every store has a process of its own, and all take turns at each step. {SubjectList.Limit} stands for the speed limit: it does the least that a store on the disk can do.
            {result.Run.ToMarkdown()}

            ![Time of a save and a load, by store]({single})

            ![Saves a second of several writers together, by store]({writers})

            ![Time of what concerns the whole state, by store]({whole})

            All figures: [backends.json]({json}).


            """);
        BackendsOverview.Append(text, result);
        foreach (BackendStep step in Enum.GetValues<BackendStep>())
        {
            Table(text, result, step);
        }

        BackendsMemory.Append(text, result);
        text.Append("\n### What each is\n\n");
        foreach (ToolDescription store in result.Stores)
        {
            text.Append($"- **{store.Name}**: {store.Runs}.\n");
        }

        text.Append(
            $"""

            Unless it says that each is flushed, a save survives the death of the process when it returns, and a power loss later or, in plain SQLite, plain RocksDB and {SubjectList.Limit}, when the system
            writes it; redis without AOF keeps nothing. Single operations are {Figures.Count(BackendSteps.Operations)} a round, a tenth of that where each is flushed, after a fifth more that is not counted;
            writers are threads that save to the hot keys for a second. The processor time is that of all threads and of the server, after saves with what a
            store still does on its own, such as compaction; of servers it is counted in hundredths of a second. A whole round before the first is not counted.
            """);
        return text.ToString();
    }

    private static void Table(StringBuilder text, BackendsResult result, BackendStep step)
    {
        StepMeasurement[] all = [.. result.Measurements.Where(m => m.Step == step)];
        if (all.Length == 0)
        {
            return;
        }

        bool writers = step.Writers() > 0;
        text.Append($"\n### {step.Title()}\n\n");
        text.Append($"| store |{(writers ? " saves/s together |" : "")} time of {step.Unit()} | spread |{(writers ? " 99.9 % within |" : "")} processor | time / {SubjectList.Default} | time / {SubjectList.Limit} | processor / {SubjectList.Default} |\n");
        text.Append($"|---|{(writers ? "---:|" : "")}---:|---:|{(writers ? "---:|" : "")}---:|---:|---:|---:|\n");
        StepMeasurement? ours = result.Find(SubjectList.Default, step);
        StepMeasurement? limit = result.Find(SubjectList.Limit, step);
        foreach (StepMeasurement m in all)
        {
            string name = m.Kind switch { ToolKind.Ours => $"**{m.Store}**", ToolKind.Reference => $"*{m.Store}*", _ => m.Store };
            string throughput = writers ? $" {Figures.Count((long)(1 / m.Seconds))} |" : "";
            string longest = writers ? $" {Figures.Seconds(m.LongestInThousandSeconds ?? 0)} |" : "";
            text.Append(
                $"| {name} |{throughput} {Figures.Seconds(m.Seconds)} | {Figures.Seconds(m.MinSeconds)}–{Figures.Seconds(m.MaxSeconds)} |{longest} {Figures.Seconds(m.ProcessorSeconds)} "
                + $"| {Ratio(m.Seconds, ours?.Seconds)} | {Ratio(m.Seconds, limit?.Seconds)} | {Ratio(m.ProcessorSeconds, ours?.ProcessorSeconds)} |\n");
        }
    }

    private static string Ratio(double value, double? other) => other is > 0 ? Figures.Digits(value / other.Value) : "–";

    private static string Sentence(string text) => char.ToUpperInvariant(text[0]) + text[1..];
}
