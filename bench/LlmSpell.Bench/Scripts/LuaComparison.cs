using System.Globalization;
using LlmSpell.Lua;

namespace LlmSpell.Bench;

/// <summary>
/// Plain Lua code in our host beside the program lua5.4, and beside the same native library as the host's with its own allocator: the
/// difference to the one is what a user sees, the difference to the other is our doing. In seconds of processor time, the rounds of all in turn.
/// </summary>
internal static class LuaComparison
{
    private const string Peer = "lua5.4";

    internal static void Run(string[] arguments)
    {
        int rounds = arguments.Length > 0 ? int.Parse(arguments[0], CultureInfo.InvariantCulture) : 5;
        string? program = arguments.Length > 1 ? Path.GetFullPath(arguments[1]) : null;
        List<(string Name, Action<string> Run)> ways =
        [
            ("lua54, own allocator", PlainLua.Run),
            (program is null ? "host" : "llmspell", program is null ? RunHost : script => Bench.Peer.Run(program, "run", script)),
        ];
        if (Bench.Peer.Exists(Peer))
        {
            ways.Insert(0, (Peer, static script => Bench.Peer.Run(Peer, script)));
        }

        Console.WriteLine($"| script | {string.Join(" | ", ways.Select(way => way.Name + " s"))} | {string.Join(" | ", ways.SkipLast(1).Select(way => "of " + way.Name))} |");
        Console.WriteLine("|---|" + string.Concat(Enumerable.Repeat("---|", (2 * ways.Count) - 1)));
        foreach (string script in Directory.GetFiles(Path.Combine(AppContext.BaseDirectory, "lua"), "*.lua").Order(StringComparer.Ordinal))
        {
            double[][] seconds = [.. ways.Select(_ => new double[rounds])];
            for (int round = 0; round < rounds; round++)
            {
                for (int way = 0; way < ways.Count; way++)
                {
                    TimeSpan started = ProcessorTime.Now;
                    ways[way].Run(script);
                    seconds[way][round] = (ProcessorTime.Now - started).TotalSeconds;
                }
            }

            double[] medians = [.. seconds.Select(Median)];
            IEnumerable<string> ratios = medians.SkipLast(1).Select(other => Text($"{100 * medians[^1] / other:0} %"));
            Console.WriteLine(
                $"| {Path.GetFileNameWithoutExtension(script)} | {string.Join(" | ", seconds.Select((all, i) => Text($"{medians[i]:0.000} ({all.Min():0.000}–{all.Max():0.000})")))} | {string.Join(" | ", ratios)} |");
        }
    }

    private static void RunHost(string script)
    {
        using LuaHost host = new(new LuaHostOptions());
        host.RunFile(script);
    }

    private static double Median(double[] values)
    {
        double[] sorted = [.. values.Order()];
        return sorted[sorted.Length / 2];
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
