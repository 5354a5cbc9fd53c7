using System.Text;
using LlmSpell.State;
using LlmSpell.State.MessagePack;

namespace LlmSpell.Lua.Values;

/// <summary>
/// Whether two stored values are the same to a script that loads them, whatever order their fields were written in and whatever program
/// wrote them. Integers and floats are different values; so are 0.0 and -0.0; a NaN equals a NaN.
/// </summary>
internal static class ValueComparison
{
    /// <exception cref="MessagePackException">One of them is no value.</exception>
    internal static bool AreEqual(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right) => AreEqual(left, right, depth: 0);

    private static bool AreEqual(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right, int depth)
    {
        if (left.SequenceEqual(right))
        {
            return true;
        }

        MessagePackReader first = new(left);
        MessagePackReader second = new(right);
        MessagePackKind kind = first.PeekKind();
        MessagePackKind other = second.PeekKind();
        if (IsTable(kind) && IsTable(other))
        {
            return depth <= StateValue.MaxDepth
                ? AreEqualTables(left, right, depth)
                : throw new MessagePackException($"nesting over {StateValue.MaxDepth} deep", 0);
        }

        if (IsText(kind) && IsText(other))
        {
            return ReadText(ref first).SequenceEqual(ReadText(ref second));
        }

        if (kind != other)
        {
            return false;
        }

        return kind switch
        {
            MessagePackKind.Boolean => first.ReadBoolean() == second.ReadBoolean(),
            MessagePackKind.Integer => first.ReadInteger() == second.ReadInteger(),
            MessagePackKind.Float => AreEqualFloats(first.ReadDouble(), second.ReadDouble()),
            _ => false,
        };
    }

    private static bool AreEqualTables(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right, int depth)
    {
        Dictionary<ScalarKey, Range> first = ReadFields(left);
        Dictionary<ScalarKey, Range> second = ReadFields(right);
        if (first.Count != second.Count)
        {
            return false;
        }

        foreach ((ScalarKey key, Range value) in first)
        {
            if (!second.TryGetValue(key, out Range other) || !AreEqual(left[value], right[other], depth + 1))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>The fields of a map or an array, as they would be in Lua's table; of two with the same key the later one counts.</summary>
    private static Dictionary<ScalarKey, Range> ReadFields(ReadOnlySpan<byte> table)
    {
        Dictionary<ScalarKey, Range> fields = [];
        MessagePackReader reader = new(table);
        bool isArray = reader.PeekKind() == MessagePackKind.Array;
        int count = isArray ? reader.ReadArrayHeader() : reader.ReadMapHeader();
        for (int i = 1; i <= count; i++)
        {
            ScalarKey key = isArray ? ScalarKey.Of(i) : ReadKey(ref reader);
            int start = reader.Position;
            reader.Skip();
            fields[key] = start..reader.Position;
        }

        return fields;
    }

    private static ScalarKey ReadKey(ref MessagePackReader reader)
    {
        switch (reader.PeekKind())
        {
            case MessagePackKind.Boolean:
                return new ScalarKey(MessagePackKind.Boolean, reader.ReadBoolean() ? 1 : 0, null);
            case MessagePackKind.Integer:
                return ScalarKey.Of(reader.ReadInteger());
            case MessagePackKind.Float:
                double number = reader.ReadDouble();

                // Lua makes an integer of a float key that has the value of one.
                return number >= long.MinValue && number < -(double)long.MinValue && number == Math.Floor(number)
                    ? ScalarKey.Of((long)number)
                    : new ScalarKey(MessagePackKind.Float, BitConverter.DoubleToInt64Bits(number), null);
            case MessagePackKind.String or MessagePackKind.Binary:
                return new ScalarKey(MessagePackKind.String, 0, Encoding.Latin1.GetString(ReadText(ref reader)));
            default:
                throw new MessagePackException("an array, a map or nil as a key", reader.Position);
        }
    }

    private static bool AreEqualFloats(double left, double right) =>
        BitConverter.DoubleToInt64Bits(left) == BitConverter.DoubleToInt64Bits(right) || (double.IsNaN(left) && double.IsNaN(right));

    private static ReadOnlySpan<byte> ReadText(ref MessagePackReader reader) =>
        reader.PeekKind() == MessagePackKind.String ? reader.ReadString() : reader.ReadBinary();

    private static bool IsTable(MessagePackKind kind) => kind is MessagePackKind.Array or MessagePackKind.Map;

    private static bool IsText(MessagePackKind kind) => kind is MessagePackKind.String or MessagePackKind.Binary;

    /// <param name="Kind">What it is.</param>
    /// <param name="Bits">A boolean, an integer, or a float's bits.</param>
    /// <param name="Bytes">A string, each char one byte.</param>
    private readonly record struct ScalarKey(MessagePackKind Kind, long Bits, string? Bytes)
    {
        internal static ScalarKey Of(long integer) => new(MessagePackKind.Integer, integer, null);
    }
}
