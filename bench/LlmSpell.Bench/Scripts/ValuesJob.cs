using System.Diagnostics;
using System.Globalization;
using LlmSpell.Lua;
using LlmSpell.Lua.Native;
using LlmSpell.Lua.Values;
using LlmSpell.State;
using LlmSpell.State.MessagePack;
using LlmSpell.State.Sqlite;

namespace LlmSpell.Bench;

/// <summary>
/// What a value costs on its way from a Lua table to MessagePack and back, and what a State.save from a script costs over what the store
/// takes for the same bytes.
/// </summary>
internal sealed class ValuesJob : IDisposable
{
    private const int Rounds = 200;
    private const string Nested = """{ version = "1.0.0", settings = { theme = "dark", language = "en", notifications = true } }""";
    private const string Integers = "(function() local t = {} for i = 1, 1000 do t[i] = i * 7919 end return t end)()";
    private const string Floats = "(function() local t = {} for i = 1, 1000 do t[i] = i / 3 end return t end)()";
    private const string Strings = "(function() local t = {} for i = 1, 1000 do t[i] = 'string number ' .. i end return t end)()";
    private const string Records = "(function() local t = {} for i = 1, 100 do t[i] = { id = i, name = 'record', tags = { 'a', 'b' }, score = 0.5 } end return t end)()";

    private readonly string _folder = Directory.CreateTempSubdirectory("llmspell-bench-").FullName;
    private readonly List<string> _rows = [];

    internal static void Run()
    {
        using ValuesJob job = new();
        job.Convert();
        job.Save("memory", new StateStore(new MemoryBackend()));
        job.Save("sqlite", new StateStore(SqliteBackend.Open(new SqliteOptions { Folder = Path.Combine(job._folder, "state") })));
        job.Print();
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private void Convert()
    {
        using LuaHost host = new(new LuaHostOptions { Output = Stream.Null });
        foreach ((string name, string value, int count) in (ReadOnlySpan<(string, string, int)>)
            [
                ("small nested table", Nested, 2_000),
                ("array of 1,000 integers", Integers, 30),
                ("array of 1,000 floats", Floats, 30),
                ("array of 1,000 strings", Strings, 15),
                ("100 records", Records, 30),
            ])
        {
            host.RunString($"bench_value = {value}", "bench");
            Convert(host, name, count);
        }
    }

    private void Convert(LuaHost host, string name, int count)
    {
        LuaState state = host.State;
        int top = LuaApi.GetTop(state);
        LuaApi.RawGetInteger(state, LuaApi.RegistryIndex, LuaApi.RegistryGlobals);
        state.Push("bench_value"u8);
        LuaApi.RawGet(state, top + 1);
        int index = top + 2;
        using PooledBuffer buffer = new();
        ValueEncoder encoder = host.Encoder;
        double encode = Measure(count, () =>
        {
            buffer.Clear();
            encoder.Encode(state, index, "k"u8, buffer, StateValue.MaxBytes);
        });
        double decode = Measure(count, () =>
        {
            ValueDecoder.Push(state, buffer.Written);
            LuaApi.SetTop(state, index);
        });
        double both = Measure(count, () =>
        {
            buffer.Clear();
            encoder.Encode(state, index, "k"u8, buffer, StateValue.MaxBytes);
            ValueDecoder.Push(state, buffer.Written);
            LuaApi.SetTop(state, index);
        });
        LuaApi.SetTop(state, top);
        _rows.Add(string.Create(
            CultureInfo.InvariantCulture, $"| {name} ({buffer.Length} bytes) | {encode * 1e9:#,0} | {decode * 1e9:#,0} | {both * 1e9:#,0} |"));
    }

    /// <summary>Both in turns, so that what else the machine does hits both.</summary>
    private void Save(string name, StateStore store)
    {
        const int Saves = 200;
        using (store)
        {
            using LuaHost host = new(new LuaHostOptions { Output = Stream.Null, Store = () => store });
            host.RunString($"bench_value = {Nested} State.save('global', 'k', bench_value)", "bench");
            byte[] bytes = store.Load(("global", "k"))!.Bytes.ToArray();
            List<double> direct = [];
            List<double> script = [];
            for (int round = 0; round < Rounds; round++)
            {
                long started = Stopwatch.GetTimestamp();
                for (int i = 0; i < Saves; i++)
                {
                    store.SaveBytes(StateKey.FromValidated("global"u8, "k"u8), bytes);
                }

                direct.Add(Stopwatch.GetElapsedTime(started).TotalSeconds / Saves);
                started = Stopwatch.GetTimestamp();
                host.RunString($"local save, value = State.save, bench_value for i = 1, {Saves} do save('global', 'k', value) end", "bench");
                script.Add(Stopwatch.GetElapsedTime(started).TotalSeconds / Saves);
            }

            double over = Least(script) - Least(direct);
            _rows.Add(string.Create(
                CultureInfo.InvariantCulture,
                $"| save of it, {name}: store {Least(direct) * 1e6:0.00} µs, State.save {Least(script) * 1e6:0.00} µs | | | {over * 1e9:#,0} over |"));
        }
    }

    private static double Measure(int count, Action run)
    {
        List<double> seconds = [];
        for (int round = 0; round < Rounds; round++)
        {
            long started = Stopwatch.GetTimestamp();
            for (int i = 0; i < count; i++)
            {
                run();
            }

            seconds.Add(Stopwatch.GetElapsedTime(started).TotalSeconds / count);
        }

        return Least(seconds);
    }

    /// <summary>What else the machine does only adds to a round, so the least of many short ones is what the code takes.</summary>
    private static double Least(List<double> seconds) => seconds.Min();

    private void Print()
    {
        string mode = System.Runtime.CompilerServices.RuntimeFeature.IsDynamicCodeCompiled ? "JIT" : "native AOT";
        Console.WriteLine($"{mode}, least of {Rounds} rounds, nanoseconds");
        Console.WriteLine();
        Console.WriteLine("| value | encode | decode | both |");
        Console.WriteLine("|---|---|---|---|");
        foreach (string row in _rows)
        {
            Console.WriteLine(row);
        }
    }
}
