using System.Text;
using System.Text.Json;

namespace LlmSpell.Bench;

/// <summary>Writes a comparison down: a section of the page, a plot, and all figures as JSON. Every sentence about them is made from them.</summary>
internal static class CompareReport
{
    private const double MiB = 1 << 20;

    internal static void Write(CompareResult result, ReportFolder output)
    {
        string json = output.WriteFile("compare.json", JsonSerializer.Serialize(result, ReportJson.Indented.CompareResult));
        string time = output.WriteFile("compare.svg", Plot(result, "Wall time: shorter is better", static cost => cost.WallSeconds, Figures.Seconds));
        string memory = output.WriteFile("compare-memory.svg", Plot(result, "Peak memory: shorter is better", static cost => cost.PeakBytes / MiB, InMiB));
        string bytes = output.WriteFile("compare-bytes.svg", Plot(result, "Bytes added: shorter is better", static cost => cost.Bytes / MiB, InMiB, backupsOnly: true));
        string markdown = Markdown(result, json, time, memory, bytes);
        output.WriteSection("compare", markdown);
        Console.WriteLine(markdown);
    }

    private static string Markdown(CompareResult result, string json, string time, string memory, string bytes)
    {
        StringBuilder text = new();
        text.Append(
            $"""
            ## Beside other tools

            {Figures.Count(result.Entries)} entries, {Figures.Bytes(result.LogicalBytes)} of scopes, keys and values (filled in {Figures.Seconds(result.FillSeconds)}, in transactions
            of 10,000). {Sentence(Medians(result))}; the spread is from the least to the most. All tools take turns, and each begins with empty places in each round.
            {result.Run.ToMarkdown()}

            ![Wall time of each tool, by operation]({time})

            All figures: [compare.json]({json}). Plots of [the memory]({memory}) and of [the bytes added]({bytes}).

            ### In short


            """);
        Summarise(text, result);
        foreach (Operation operation in Enum.GetValues<Operation>())
        {
            Table(text, result, operation);
        }

        text.Append("\n### Goals\n\nBy wall time; what the processor time would say, which a busy machine disturbs less, stands beside it.\n\n| goal | found | by processor time | |\n|---|---:|---:|---|\n");
        foreach (Goal goal in Goals.Of(result))
        {
            text.Append($"| {goal.Wanted} | {goal.Found ?? "–"} | {goal.FoundOfProcessor ?? "–"} | {goal.Verdict} |\n");
        }

        text.Append("\n### What each runs\n\n");
        foreach (ToolDescription tool in result.Tools)
        {
            text.Append($"- **{tool.Name}**{(tool.Kind == ToolKind.Reference ? " (a bound, no backup)" : "")}: {tool.Runs}.\n");
        }

        text.Append(
            """

            Whole processes are measured from their start to their end, with the processor time that the kernel hands over for them and their children, and
            the memory of the process and its descendants, looked up every few milliseconds. The processor time of servers is counted in hundredths of a second.
            Before each step all that was written is flushed, and the files to read are read once: they are in the system's cache for every tool. llmspell flushes its backups to the disk before it reports success; not every peer does.
            """);
        return text.ToString();
    }

    private static void Summarise(StringBuilder text, CompareResult result)
    {
        IReadOnlyList<Standing> standings = Standing.All(result);
        IReadOnlyList<Goal> goals = Goals.Of(result);
        Standing[] behind = [.. standings.Where(static standing => !standing.Holds)];
        text.Append(
            $"- {result.Ours} is where it should be (ahead; within twice for a restore against tools that copy a file) in {standings.Count - behind.Length} of {standings.Count} comparisons of "
            + "wall time, processor time, memory and bytes.\n");
        foreach (IGrouping<Operation, Standing> operation in behind.GroupBy(static standing => standing.Operation))
        {
            text.Append($"- Behind in {operation.Key.Title()}: {string.Join("; ", operation.GroupBy(static s => s.Quantity).Select(static quantity =>
                $"{quantity.Key} {string.Join(", ", quantity.Select(static s => $"{Figures.Times(s.Ratio)} {s.Peer}"))}"))}.\n");
        }

        text.Append($"- Of {goals.Count} goals {goals.Count(static goal => goal.Met)} are met, {goals.Count(static g => g.Found is not null && !g.Met)} missed, "
            + $"{goals.Count(static goal => goal.Found is null)} not measured.\n");
        text.Append(result.LeftOut.Count == 0 ? "- Nothing was left out.\n" : string.Concat(result.LeftOut.Select(static left => $"- Left out: {OneLine(left)}.\n")));
    }

    private static void Table(StringBuilder text, CompareResult result, Operation operation)
    {
        text.Append($"\n### {operation.Title()}\n\n");
        string bytes = operation.IsBackup() ? " added MiB |" : "";
        text.Append($"| tool | wall | spread | processor | peak MiB |{bytes} wall / {result.Ours} | processor / {result.Ours} |\n");
        text.Append($"|---|---:|---:|---:|---:|{(operation.IsBackup() ? "---:|" : "")}---:|---:|\n");
        Measurement? ours = result.Find(result.Ours, operation);
        foreach (Measurement m in result.Measurements.Where(m => m.Operation == operation))
        {
            string name = m.Kind switch { ToolKind.Ours => $"**{m.Tool}**", ToolKind.Reference => $"*{m.Tool}*", _ => m.Tool };
            text.Append(
                $"| {name} | {Figures.Seconds(m.WallSeconds)} | {Figures.Seconds(m.MinWallSeconds)}–{Figures.Seconds(m.MaxWallSeconds)} | {Figures.Seconds(m.ProcessorSeconds)} "
                + $"| {Figures.MiB(m.PeakBytes)} |{(operation.IsBackup() ? $" {Figures.MiB(m.Bytes)} |" : "")} {Ratio(m.WallSeconds, ours?.WallSeconds)} | {Ratio(m.ProcessorSeconds, ours?.ProcessorSeconds)} |\n");
        }
    }

    private static string Ratio(double value, double? ours) => ours is > 0 ? Figures.Digits(value / ours.Value) : "–";

    private static string InMiB(double value) => Figures.Digits(value) + " MiB";

    private static string Sentence(string text) => char.ToUpperInvariant(text[0]) + text[1..];

    private static string OneLine(string text) => text.ReplaceLineEndings(" ").Trim().TrimEnd('.');

    private static string Plot(CompareResult result, string title, Func<Cost, double> value, Func<double, string> figure, bool backupsOnly = false)
    {
        BarChart chart = new(
            title,
            $"{Figures.Count(result.Entries)} entries, {Figures.Bytes(result.LogicalBytes)}; {Medians(result)}, the thin line from least to most",
            figure);
        foreach (Operation operation in Enum.GetValues<Operation>().Where(operation => !backupsOnly || operation.IsBackup()))
        {
            chart.Add(operation.Title(), result.Measurements
                .Where(m => m.Operation == operation)
                .Select(m => new Bar(m.Tool, Median.Of(m.Rounds.Select(value)), m.Rounds.Min(value), m.Rounds.Max(value), m.Kind))
                .OrderBy(static bar => bar.Value));
        }

        return chart.ToSvg();
    }

    private static string Medians(CompareResult result) => result.Rounds == 1 ? "a single round" : $"medians of {result.Rounds} rounds";
}
