using System.Text.Unicode;
using LlmSpell.State.MessagePack;

namespace LlmSpell.State.Tests;

public sealed class StateValueRulesTests(ITestOutputHelper output)
{
    private const int NoValue = -1;

    [Fact]
    public void Bytes_are_a_value_if_reading_one_part_after_the_other_finds_one()
    {
        int seed = Environment.TickCount;
        output.WriteLine($"seed {seed}");
        RandomValues values = new(seed);
        Random random = new(seed);
        for (int i = 0; i < 3_000; i++)
        {
            // At the end of the data fewer bytes can be looked at together.
            byte[] bytes = [.. values.Next().Bytes.Span, .. new byte[random.Next(2) * 40]];
            Assert.NotEqual(NoValue, Compare(bytes, $"seed {seed}, value {i}"));
            for (int change = 0; change < 4; change++)
            {
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
                Compare(bytes, $"seed {seed}, value {i}, change {change}");
                Compare(bytes[..random.Next(bytes.Length)], $"seed {seed}, value {i}, change {change}, cut");
            }
        }
    }

    private static int Compare(byte[] bytes, string which)
    {
        int end = EndOfValue(bytes);
        Assert.True(end == EndOfWalk(bytes), $"{which}: {Convert.ToHexString(bytes)}");
        return end;
    }

    private static int EndOfWalk(byte[] bytes)
    {
        MessagePackReader reader = new(bytes);
        try
        {
            return StateValueRules.Walk(ref reader) is null ? reader.Position : NoValue;
        }
        catch (MessagePackException)
        {
            return NoValue;
        }
    }

    private static int EndOfValue(byte[] bytes)
    {
        MessagePackReader reader = new(bytes);
        try
        {
            return IsValue(ref reader, depth: 0, isKey: false) ? reader.Position : NoValue;
        }
        catch (MessagePackException)
        {
            return NoValue;
        }
    }

    private static bool IsValue(ref MessagePackReader reader, int depth, bool isKey)
    {
        switch (reader.PeekKind())
        {
            case MessagePackKind.Boolean:
                reader.ReadBoolean();
                return true;
            case MessagePackKind.Integer:
                reader.ReadInteger();
                return true;
            case MessagePackKind.Float:
                reader.ReadDouble();
                return true;
            case MessagePackKind.String:
                return Utf8.IsValid(reader.ReadString());
            case MessagePackKind.Binary:
                reader.ReadBinary();
                return true;
            case MessagePackKind.Array when !isKey:
                return AreValues(ref reader, depth, reader.ReadArrayHeader(), areFields: false);
            case MessagePackKind.Map when !isKey:
                return AreValues(ref reader, depth, 2 * reader.ReadMapHeader(), areFields: true);
            default:
                return false;
        }
    }

    private static bool AreValues(ref MessagePackReader reader, int depth, int count, bool areFields)
    {
        for (int i = 0; i < count; i++)
        {
            if (depth == StateValue.MaxDepth || !IsValue(ref reader, depth + 1, isKey: areFields && i % 2 == 0))
            {
                return false;
            }
        }

        return true;
    }
}
