using System.Text;
using System.Text.Json;

namespace LlmSpell.Bench;

/// <summary>Writes a memory run down: a section of the page, and all figures as JSON.</summary>
internal static class MemoryReport
{
    internal static void Write(MemoryResult result, ReportFolder output)
    {
        string json = output.WriteFile("memory.json", JsonSerializer.Serialize(result, ReportJson.Indented.MemoryResult));
        string markdown = Markdown(result, json);
        output.WriteSection("memory", markdown);
        Console.WriteLine(markdown);
    }

    private static string Markdown(MemoryResult result, string json)
    {
        StringBuilder text = new();
        text.Append(
            $"""
            ## Memory

            Each operation in a process of its own: what was resident with the store open, and how far the peak went beyond that; for the native program the
            peak of its whole process. The incremental comes after 0.1 % of the entries, or 1 % of the large values, changed. All figures: [memory.json]({json}).
            {result.Run.ToMarkdown()}

            """);
        foreach (MemoryState state in result.States)
        {
            bool program = state.Steps.Any(static step => step.Program is not null);
            long most = state.Steps.Max(static step => step.Library.Cost.PeakBytes);
            text.Append(
                $"""

                ### {state.Name}

                {Figures.Bytes(state.LogicalBytes)} of data, filled in {Figures.Seconds(state.FillSeconds)}. The most beyond the store is {Figures.Bytes(most)}: {(most <= result.LimitBytes ? "within" : "**over**")} the limit of {Figures.Bytes(result.LimitBytes)}.

                | | time | before, MiB | beyond it, MiB | peak, MiB |{(program ? " program's time | program's peak, MiB |" : "")}
                |---|---:|---:|---:|---:|{(program ? "---:|---:|" : "")}

                """);
            foreach (MemoryStep step in state.Steps)
            {
                text.Append(
                    $"| {step.Operation} | {Figures.Seconds(step.Library.Cost.WallSeconds)} | {Figures.MiB(step.Library.ResidentBefore)} | {Figures.MiB(step.Library.Cost.PeakBytes)} "
                    + $"| {Figures.MiB(step.Library.PeakBytes)} |{(program && step.Program is { } own ? $" {Figures.Seconds(own.WallSeconds)} | {Figures.MiB(own.PeakBytes)} |" : "")}\n");
            }
        }

        return text.ToString();
    }
}
