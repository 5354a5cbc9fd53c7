using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using LlmSpell.State;
using LlmSpell.State.Sqlite;

namespace LlmSpell.Bench;

/// <summary>
/// Several processes that save into one state as fast as they can: what they reach together beside one alone, how it is shared,
/// and how long the unluckiest saves take. The processes are this program, started again.
/// </summary>
internal sealed class WritersJob : IDisposable
{
    private const int HotKeys = 20_000;

    private readonly string _folder = Directory.CreateTempSubdirectory("llmspell-bench-").FullName;
    private readonly int _seconds;

    private WritersJob(int seconds) => _seconds = seconds;

    internal static void Run(string[] arguments)
    {
        if (arguments is ["child", string state, string name, string time, string result])
        {
            RunChild(state, int.Parse(name, CultureInfo.InvariantCulture), int.Parse(time, CultureInfo.InvariantCulture), result);
            return;
        }

        int seconds = arguments.Length > 0 ? int.Parse(arguments[0], CultureInfo.InvariantCulture) : 5;
        int rounds = arguments.Length > 1 ? int.Parse(arguments[1], CultureInfo.InvariantCulture) : 3;
        using WritersJob job = new(seconds);
        job.Run(rounds);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private void Run(int rounds)
    {
        string state = Path.Combine(_folder, "state");
        using (StateStore store = new(SqliteBackend.Open(new SqliteOptions { Folder = state })))
        {
            store.Transact(transaction =>
            {
                for (int i = 0; i < HotKeys; i++)
                {
                    transaction.Save(ReferenceData.Key(i), ReferenceData.Value(i));
                }
            });
        }

        Console.WriteLine("| processes | saves/s together | beside one alone | share of each | p50 ms | p99 ms | p99.9 ms | worst ms | cpu µs a save |");
        Console.WriteLine("|---|---|---|---|---|---|---|---|---|");
        for (int round = 0; round < rounds; round++)
        {
            double alone = Measure(state, 1, null);
            Measure(state, 2, alone);
            Measure(state, 4, alone);
        }
    }

    private double Measure(string state, int processes, double? alone)
    {
        TimeSpan processor = ProcessorTime.Now;
        Process[] children = [.. Enumerable.Range(0, processes).Select(i => Start(state, i))];
        foreach (Process child in children)
        {
            child.StandardOutput.ReadLine();
        }

        foreach (Process child in children)
        {
            child.StandardInput.WriteLine();
        }

        foreach (Process child in children)
        {
            child.WaitForExit();
            if (child.ExitCode != 0)
            {
                throw new InvalidOperationException($"A writer ended with {child.ExitCode}.");
            }

            child.Dispose();
        }

        double used = (ProcessorTime.Now - processor).TotalMicroseconds;
        long[][] each = [.. Enumerable.Range(0, processes).Select(i => MemoryMarshal.Cast<byte, long>(File.ReadAllBytes(ResultOf(i))).ToArray())];
        long[] all = [.. each.SelectMany(latencies => latencies).Order()];
        double together = (double)all.Length / _seconds;
        string beside = alone is { } one ? string.Create(CultureInfo.InvariantCulture, $"{together / one:0.00}") : "";
        string shares = string.Join(" ", each.Select(latencies => string.Create(CultureInfo.InvariantCulture, $"{100.0 * latencies.Length / all.Length:0} %")));
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"| {processes} | {together:#,0} | {beside} | {shares} | {At(all, 0.5):0.000} | {At(all, 0.99):0.000} | {At(all, 0.999):0.000} | {At(all, 1):0.000} | {used / all.Length:0.0} |"));
        return together;
    }

    private Process Start(string state, int number)
    {
        ProcessStartInfo start = new(
            Environment.ProcessPath!,
            ["writers", "child", state, number.ToString(CultureInfo.InvariantCulture), _seconds.ToString(CultureInfo.InvariantCulture), ResultOf(number)])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        return Process.Start(start) ?? throw new InvalidOperationException("A writer did not start.");
    }

    private string ResultOf(int number) => Path.Combine(_folder, string.Create(CultureInfo.InvariantCulture, $"writer{number}"));

    private static double At(long[] sorted, double share) =>
        sorted[Math.Min((int)(sorted.Length * share), sorted.Length - 1)] * 1000.0 / Stopwatch.Frequency;

    private static void RunChild(string state, int number, int seconds, string result)
    {
        using StateStore store = new(SqliteBackend.Open(new SqliteOptions { Folder = state }));
        StateValue[] values = [.. Enumerable.Range(0, 97).Select(i => ReferenceData.Value(i, revision: number + 1))];
        StateKey[] keys = [.. Enumerable.Range(0, HotKeys).Select(ReferenceData.Key)];
        List<long> latencies = new(1 << 20);
        Random random = new(number);
        Console.Out.WriteLine("ready");
        Console.Out.Flush();
        Console.In.ReadLine();
        long end = Stopwatch.GetTimestamp() + (seconds * Stopwatch.Frequency);
        for (long before = Stopwatch.GetTimestamp(); before < end;)
        {
            store.Save(keys[random.Next(keys.Length)], values[random.Next(values.Length)]);
            long after = Stopwatch.GetTimestamp();
            latencies.Add(after - before);
            before = after;
        }

        File.WriteAllBytes(result, MemoryMarshal.AsBytes(CollectionsMarshal.AsSpan(latencies)));
    }
}
