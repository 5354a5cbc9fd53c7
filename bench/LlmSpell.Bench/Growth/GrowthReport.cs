using System.Globalization;
using System.Text;
using System.Text.Json;

namespace LlmSpell.Bench;

/// <summary>Writes a growth run down: a section of the page, two plots, and all figures as JSON.</summary>
internal static class GrowthReport
{
    internal static void Write(GrowthResult result, ReportFolder output)
    {
        string json = output.WriteFile("growth.json", JsonSerializer.Serialize(result, ReportJson.Indented.GrowthResult));
        string proportional = output.WriteFile("growth.svg", Plot(result, GrowthShape.Proportional, "What grows with the state"));
        string flat = output.WriteFile("growth-flat.svg", Plot(result, GrowthShape.Flat, "What hardly grows with the state"));
        string markdown = Markdown(result, json, proportional, flat);
        output.WriteSection("growth", markdown);
        Console.WriteLine(markdown);
    }

    private static string Markdown(GrowthResult result, string json, string proportional, string flat)
    {
        StringBuilder text = new();
        text.Append(
            $"""
            ## Growth

            The library's calls in the benchmark's own process, on the SQLite store, at each size; medians of {result.Rounds} rounds. Save and load are one call each, {Figures.Count(5_000)} of them spread over all entries.
            The 1,000 backups are a full, 14 incrementals with a layer each, and others without changes; the incremental beside them has no changes either.
            {result.Run.ToMarkdown()}

            ![Time of what grows in proportion, over the number of entries]({proportional})

            ![Time of what hardly grows, over the number of entries]({flat})

            All figures: [growth.json]({json}).

            The exponent is the power of the number of entries with which the time grows, over all sizes and between the last two: 1 is in proportion, 0 not at all.


            """);
        IReadOnlyList<GrowthPoint> sizes = result.Lines[0].Points;
        text.Append($"| | {string.Join(" | ", sizes.Select(static point => Figures.Count(point.Entries)))} | exponent | last two | should grow | |\n");
        text.Append($"|---|{string.Concat(Enumerable.Repeat("---:|", sizes.Count + 2))}---|---|\n");
        foreach (GrowthLine line in result.Lines)
        {
            text.Append($"| {line.Name} | {string.Join(" | ", line.Points.Select(static point => Figures.Seconds(point.Seconds)))} | {Exponent(line.Exponent)} | {Exponent(line.LastExponent)} "
                + $"| {(line.Shape == GrowthShape.Flat ? "hardly" : "in proportion")} | {(line.GrowsAsItShould ? "as it should" : "**too fast**")} |\n");
        }

        text.Append("\nFilling, in transactions of 10,000: ");
        text.AppendJoin("; ", result.Fills.Select(static fill =>
            $"{Figures.Count(fill.Entries)} entries in {Figures.Seconds(fill.Seconds)} ({Figures.Bytes(fill.LogicalBytes)}, as a database {Figures.Bytes(fill.DatabaseBytes)})"));
        text.Append(".\n");
        return text.ToString();
    }

    private static string Exponent(double? exponent) => exponent?.ToString("0.00", CultureInfo.InvariantCulture) ?? "–";

    private static string Plot(GrowthResult result, GrowthShape shape, string title) => new LogChart(
        title,
        "Time over the number of entries, both axes logarithmic; the dotted lines are as steep as \"in proportion\"",
        "entries",
        [.. result.Lines.Where(line => line.Shape == shape).Select(static line => new LineSeries(
            line.Name, [.. line.Points.Select(static point => ((double)point.Entries, point.Seconds))]))]).ToSvg();
}
