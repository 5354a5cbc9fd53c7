using System.Globalization;
using LlmSpell.State;

namespace LlmSpell.Bench;

/// <summary>How the time of each operation grows from ten thousand entries to ten million, in this process, on the SQLite store.</summary>
internal sealed class GrowthJob : IDisposable
{
    private const int Least = 10_000;
    private const int Rounds = 5;
    private const int BytesPerEntry = 2_000; // the state with its log, a few backups, what is restored

    private readonly TemporaryFolder _folder = new();
    private readonly List<GrowthFill> _fills = [];
    private readonly Dictionary<string, (GrowthShape Shape, List<GrowthPoint> Points)> _lines = [];

    private GrowthJob(int largest) => _folder.RequireSpace((long)largest * BytesPerEntry);

    internal static void Run(string[] words)
    {
        Arguments arguments = new(words, 1, "--output");
        ReportFolder output = ReportFolder.Open(arguments.Option("--output"));
        int largest = Math.Max(Least, arguments.Number(0, 10_000_000));
        using GrowthJob job = new(largest);
        WarmUp.Run(job._folder.Combine("warm-up"));
        for (long entries = Least; entries < largest; entries *= 10)
        {
            job.Measure((int)entries);
        }

        job.Measure(largest);
        GrowthReport.Write(
            new GrowthResult(
                RunInfo.Of("growth", words, job._folder.Path, OwnVersions.All),
                Rounds,
                job._fills,
                [.. job._lines.Select(static line => new GrowthLine(line.Key, line.Value.Shape, line.Value.Points))]),
            output);
    }

    public void Dispose() => _folder.Dispose();

    private void Measure(int entries)
    {
        string folder = _folder.Combine(entries.ToString(CultureInfo.InvariantCulture));
        StateFolder state = new(Path.Combine(folder, "state"), entries);
        double fill = state.Fill();
        _fills.Add(new GrowthFill(entries, fill, state.LogicalBytes, new FileInfo(state.Database).Length));
        Progress.Say($"{Figures.Count(entries)} entries filled in {Figures.Seconds(fill)}");
        using (StateStore store = state.Open())
        {
            GrowthSteps steps = new(state, store, folder);
            Add("full backup", GrowthShape.Proportional, entries, steps.Full);
            Add("incremental after 0.1 % changes", GrowthShape.Proportional, entries, () => steps.Incremental(1_000));
            steps.BeginChain();
            Add("incremental after 100 changes", GrowthShape.Flat, entries, () => steps.Incremental(entries / 100));
            steps.BeginChain();
            steps.Incremental(1_000);
            Add("validate", GrowthShape.Proportional, entries, steps.Validate);
            Add("restore", GrowthShape.Proportional, entries, steps.Restore);
            Add("save", GrowthShape.Flat, entries, steps.Save);
            Add("load", GrowthShape.Flat, entries, steps.Load);
            steps.MakeManyBackups();
            Add("list of 1,000 backups", GrowthShape.Flat, entries, steps.List);
            Add("incremental beside 1,000 backups", GrowthShape.Flat, entries, steps.CreateBesideMany);
        }

        Folders.Remove(folder);
    }

    private void Add(string name, GrowthShape shape, int entries, Func<double> run)
    {
        double[] seconds = new double[Rounds];
        for (int round = 0; round < Rounds; round++)
        {
            Interruption.ThrowIfRequested();
            PageCache.Settle();
            seconds[round] = run();
        }

        if (!_lines.TryGetValue(name, out (GrowthShape Shape, List<GrowthPoint> Points) line))
        {
            _lines.Add(name, line = (shape, []));
        }

        line.Points.Add(new GrowthPoint(entries, Median.Of(seconds), seconds.Min(), seconds.Max()));
        Progress.Say($"{Figures.Count(entries)} entries, {name}: {Figures.Seconds(Median.Of(seconds))}");
    }
}
