using System.Diagnostics;
using System.Globalization;

namespace LlmSpell.Bench;

/// <summary>Times steps, several rounds each, and prints the median with the spread as a Markdown table.</summary>
internal sealed class Report
{
    private readonly List<(string Name, double[] Seconds, double Units, string Unit, double PeakMiB)> _rows = [];

    /// <summary>Times one step; returns the median in seconds.</summary>
    /// <param name="name">What it is.</param>
    /// <param name="rounds">How often it is run.</param>
    /// <param name="units">How many units one run does.</param>
    /// <param name="unit">What they are: the speed is shown as units a second.</param>
    /// <param name="run">Runs it; the argument is the round.</param>
    /// <param name="prepare">What must happen before each round, not timed.</param>
    internal double Time(string name, int rounds, double units, string unit, Action<int> run, Action? prepare = null)
    {
        double[] seconds = new double[rounds];
        PeakMemory.Reset();
        for (int round = 0; round < rounds; round++)
        {
            prepare?.Invoke();
            long started = Stopwatch.GetTimestamp();
            run(round);
            seconds[round] = Stopwatch.GetElapsedTime(started).TotalSeconds;
        }

        Array.Sort(seconds);
        _rows.Add((name, seconds, units, unit, PeakMemory.ReadMiB()));
        Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name}: {Median(seconds):0.0000} s"));
        return Median(seconds);
    }

    internal void Print(IEnumerable<string> notes)
    {
        Console.WriteLine("| step | median s | min–max s | speed | peak MiB |");
        Console.WriteLine("|---|---|---|---|---|");
        foreach ((string name, double[] seconds, double units, string unit, double peak) in _rows)
        {
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"| {name} | {Median(seconds):0.0000} | {seconds[0]:0.0000}–{seconds[^1]:0.0000} | {units / Median(seconds):#,0} {unit}/s | {peak:0} |"));
        }

        Console.WriteLine();
        foreach (string note in notes)
        {
            Console.WriteLine("- " + note);
        }
    }

    private static double Median(double[] sorted) => sorted[sorted.Length / 2];
}
