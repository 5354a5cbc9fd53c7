using System.Numerics;
using LlmSpell.State.MessagePack;

namespace LlmSpell.Lua.Values;

/// <summary>
/// How much memory of Lua's a stored value takes once it is decoded. An empty table is one byte in the store and 72 in an array, and a script that puts one
/// table in many places needs next to nothing to save what becomes as many tables.
/// </summary>
internal static class ValueFootprint
{
    /// <summary>No byte becomes more than this: an empty table as the one field of a table.</summary>
    internal const int MostPerByte = 128;

    private const long Table = 64;
    private const long Element = 16;
    private const long Field = 24;
    private const long String = 32;

    /// <summary>Adds up what the tables and strings take, a little more rather than less.</summary>
    /// <exception cref="MessagePackException">The bytes are no value.</exception>
    internal static long Of(ReadOnlySpan<byte> value)
    {
        long sum = 0;
        MessagePackReader reader = new(value);
        while (reader.Remaining > 0)
        {
            switch (reader.PeekKind())
            {
                case MessagePackKind.Array:
                    sum += Table + (Element * reader.ReadArrayHeader());
                    break;
                case MessagePackKind.Map:
                    int fields = reader.ReadMapHeader();
                    sum += Table + (fields == 0 ? 0 : Field * (long)BitOperations.RoundUpToPowerOf2((ulong)fields));
                    break;
                case MessagePackKind.String or MessagePackKind.Binary:
                    sum += String + reader.Skip().Length;
                    break;
                default:
                    _ = reader.Skip();
                    break;
            }
        }

        return sum;
    }
}
