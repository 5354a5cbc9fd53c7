using System.Text;

namespace LlmSpell.State.Tests;

/// <summary>Values of every kind, with a liking for the edges of each; the same ones for the same seed.</summary>
internal sealed class RandomValues(int seed)
{
    private static readonly string[] Texts =
        ["", "a", "$bytes", "$map", "$", "1", "true", "日本", "🎉", "\u0000", "\"\\/\b\f\n\r\t", "\u2028\u202e\u009b", "<script>&'+", new string('x', 32), new string('é', 300)];

    private static readonly long[] Integers =
        [0, 1, -1, -32, -33, 127, 128, 255, 256, 65_535, 65_536, int.MinValue, uint.MaxValue, 1L << 53, (1L << 53) + 1, long.MinValue, long.MaxValue];

    private static readonly double[] Floats =
        [0.0, -0.0, 1, -1, 0.1, 1e15, 1e16, 1e17, 1e300, double.MaxValue, double.Epsilon, double.NaN, double.PositiveInfinity, double.NegativeInfinity];

    private readonly Random _random = new(seed);

    internal StateValue Next() => Next(_random.Next(6));

    private StateValue Next(int depth) => _random.Next(depth > 0 ? 9 : 6) switch
    {
        0 => _random.Next(2) == 0,
        1 => Pick(Integers),
        2 => _random.NextInt64(long.MinValue, long.MaxValue) >> _random.Next(64),
        3 => _random.Next(2) == 0 ? Pick(Floats) : AnyFloat(),
        4 => Text(),
        5 => StateValue.From(Bytes()),
        6 => StateValue.Array([.. Enumerable.Range(0, Count()).Select(_ => Next(depth - 1))]),
        7 => Map(depth, plain: true),
        _ => Map(depth, plain: false),
    };

    private StateValue Map(int depth, bool plain)
    {
        Dictionary<StateValue, StateValue> fields = [];
        for (int left = Count(); left > 0; left--)
        {
            fields[plain ? Text() : Next(0)] = Next(depth - 1);
        }

        return StateValue.Map([.. fields]);
    }

    private int Count() => _random.Next(20) == 0 ? _random.Next(15, 40) : _random.Next(5);

    private string Text()
    {
        if (_random.Next(2) == 0)
        {
            return Pick(Texts);
        }

        StringBuilder text = new();
        for (int left = _random.Next(12); left > 0; left--)
        {
            int code = _random.Next(3) switch { 0 => _random.Next(0x80), 1 => _random.Next(0xD800), _ => _random.Next(0xE000, 0x110000) };
            text.Append(new Rune(code));
        }

        return text.ToString();
    }

    private double AnyFloat()
    {
        double value = BitConverter.Int64BitsToDouble(_random.NextInt64(long.MinValue, long.MaxValue));
        return double.IsNaN(value) ? double.NaN : value;
    }

    private byte[] Bytes()
    {
        byte[] bytes = new byte[_random.Next(40)];
        _random.NextBytes(bytes);
        return bytes;
    }

    private T Pick<T>(T[] from) => from[_random.Next(from.Length)];
}
