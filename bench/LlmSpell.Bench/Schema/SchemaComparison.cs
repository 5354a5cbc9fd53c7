using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace LlmSpell.Bench;

/// <summary>
/// The measurements behind docs/store.md: what page size, table layout, checkpoint interval and caches cost and gain.
/// It works on raw tables of the store's shape, not on the store, so that it can vary what the store has fixed.
/// </summary>
internal static class SchemaComparison
{
    private const int Rounds = 3;

    internal static void Run(string[] arguments)
    {
        string folder = Path.Combine(Path.GetTempPath(), $"llmspell-schema-{Environment.ProcessId}");
        Directory.CreateDirectory(folder);
        try
        {
            switch (arguments.FirstOrDefault())
            {
                case "layouts":
                    Layouts(folder);
                    break;
                case "settings":
                    Settings(folder);
                    break;
                default:
                    Console.Error.WriteLine("usage: schema layouts|settings");
                    break;
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static void Layouts(string folder)
    {
        foreach (Workload workload in (Workload[])[Workload.Small, Workload.Medium, Workload.Large])
        {
            Header($"{workload.Entries:N0} values of {workload.ValueBytes:N0} bytes");
            foreach (int page in (int[])[4096, 8192, 16384])
            {
                foreach (Layout layout in Enum.GetValues<Layout>())
                {
                    Report(folder, $"{page} {layout}", new Setting(page, layout), workload);
                }
            }
        }
    }

    // The differences are small: all settings take turns, and the best of many turns counts, so that what else the machine
    // does meanwhile hits none of them alone.
    private static void Settings(string folder)
    {
        const int Turns = 25;
        var basis = new Setting(4096, Layout.Split);
        (string Name, Setting Setting)[] settings =
        [
            ("as the store has it", basis),
            ("sequence from AUTOINCREMENT", basis with { Autoincrement = true }),
            ("checkpoint at 1,000 pages", basis with { Checkpoint = 1_000 }),
            ("checkpoint at 4,096 pages", basis with { Checkpoint = 4_096 }),
            ("mmap of 1 GiB", basis with { Mmap = 1L << 30 }),
            ("cache of 2 MiB", basis with { CacheKib = 2 << 10 }),
            ("cache of 64 MiB", basis with { CacheKib = 64 << 10 }),
        ];
        var workload = new Workload(50_000, 250, 2_000, 2, 500);
        SchemaTable[] tables = [.. settings.Select((setting, i) => new SchemaTable(Path.Combine(folder, $"{i}.db"), setting.Setting, workload))];
        double[][] best = [.. settings.Select(_ => (double[])[double.MaxValue, double.MaxValue, double.MaxValue, double.MaxValue])];
        foreach (SchemaTable table in tables)
        {
            table.Load(shuffled: false);
        }

        var random = new Random(1);
        for (int turn = 0; turn < Turns; turn++)
        {
            for (int i = 0; i < tables.Length; i++)
            {
                SchemaTable table = tables[i];
                double[] now =
                [
                    Each(workload.Saves, _ => table.Save(random.Next(1_000))),
                    Each(workload.Saves, _ => table.Save(random.Next(workload.Entries))),
                    Each(workload.Batches, _ => table.SaveAll(workload.BatchSize, random)) / workload.BatchSize,
                    Each(workload.Saves, _ => table.Read(random.Next(workload.Entries))),
                ];
                best[i] = [.. best[i].Zip(now, Math.Min)];
            }
        }

        Console.WriteLine("| | hot save µs | uniform save µs | batch of 500, each µs | load µs |");
        Console.WriteLine("|---|---|---|---|---|");
        for (int i = 0; i < tables.Length; i++)
        {
            Console.WriteLine(
                $"| {settings[i].Name} | {string.Join(" | ", best[i].Select(figure => figure.ToString("N1", CultureInfo.InvariantCulture)))} |");
            tables[i].Dispose();
        }
    }

    private static void Header(string title)
    {
        Console.WriteLine();
        Console.WriteLine(title);
        Console.WriteLine();
        Console.WriteLine(
            "| | hot save µs | uniform save µs | batch of 1,000, each µs | load µs | scan MB/s | … loaded at random | bulk load MB/s | file MB |");
        Console.WriteLine("|---|---|---|---|---|---|---|---|---|");
    }

    private static void Report(string folder, string name, Setting setting, Workload workload)
    {
        var runs = new List<double[]>();
        for (int round = 0; round < Rounds; round++)
        {
            runs.Add(Measure(folder, setting, workload));
        }

        var row = new StringBuilder($"| {name} ");
        for (int column = 0; column < runs[0].Length; column++)
        {
            double median = runs.Select(run => run[column]).Order().ElementAt(Rounds / 2);
            row.Append("| ").Append(median.ToString(median < 100 ? "N1" : "N0", CultureInfo.InvariantCulture)).Append(' ');
        }

        Console.WriteLine(row.Append('|'));
    }

    private static double[] Measure(string folder, Setting setting, Workload workload)
    {
        double shuffledScan = MeasureShuffledScan(folder, setting, workload);
        string file = Fresh(folder);
        using var table = new SchemaTable(file, setting, workload);
        double megabytes = workload.Entries * (double)workload.ValueBytes / 1e6;

        var clock = Stopwatch.StartNew();
        table.Load(shuffled: false);
        double bulk = megabytes / clock.Elapsed.TotalSeconds;
        double size = new FileInfo(file).Length / 1e6;

        var random = new Random(1);
        double hot = Each(workload.Saves, _ => table.Save(random.Next(Math.Min(1000, workload.Entries))));
        double uniform = Each(workload.Saves, _ => table.Save(random.Next(workload.Entries)));

        clock.Restart();
        for (int batch = 0; batch < workload.Batches; batch++)
        {
            table.SaveAll(workload.BatchSize, random);
        }

        double each = clock.Elapsed.TotalMicroseconds / (workload.Batches * workload.BatchSize);

        table.Checkpoint();
        double load = Each(workload.Saves * 2, _ => table.Read(random.Next(workload.Entries)));

        return [hot, uniform, each, load, MeasureScan(table), shuffledScan, bulk, size];
    }

    // In life entries come in any order, which decides how far apart neighbours lie.
    private static double MeasureShuffledScan(string folder, Setting setting, Workload workload)
    {
        using var table = new SchemaTable(Fresh(folder), setting, workload);
        table.Load(shuffled: true);
        return MeasureScan(table);
    }

    private static double MeasureScan(SchemaTable table)
    {
        var clock = Stopwatch.StartNew();
        long scanned = table.Scan();
        return scanned / 1e6 / clock.Elapsed.TotalSeconds;
    }

    private static string Fresh(string folder)
    {
        foreach (string old in Directory.GetFiles(folder))
        {
            File.Delete(old);
        }

        return Path.Combine(folder, "state.db");
    }

    private static double Each(int times, Action<int> action)
    {
        var clock = Stopwatch.StartNew();
        for (int i = 0; i < times; i++)
        {
            action(i);
        }

        return clock.Elapsed.TotalMicroseconds / times;
    }

    internal enum Layout
    {
        WithoutRowid,
        Rowid,

        /// <summary>WITHOUT ROWID, but values too large to lie in a page with others are rows of a table of their own.</summary>
        Split,
    }

    internal sealed record Setting(int Page, Layout Layout, int? Checkpoint = null, long Mmap = 0, int CacheKib = 16 << 10, bool Autoincrement = false);

    internal sealed record Workload(int Entries, int ValueBytes, int Saves, int Batches, int BatchSize)
    {
        internal static readonly Workload Small = new(200_000, 250, 20_000, 20, 1000);
        internal static readonly Workload Medium = new(8_000, 10_000, 3_000, 3, 1000);
        internal static readonly Workload Large = new(100, 1_000_000, 100, 2, 50);
    }
}
