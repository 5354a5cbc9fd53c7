using System.Buffers.Text;
using LlmSpell.Lua.Native;

namespace LlmSpell.Lua.Streams;

/// <summary>Writes a number as Lua does.</summary>
internal static unsafe class NumberText
{
    /// <param name="state">The coroutine.</param>
    /// <param name="index">Where the number is.</param>
    /// <param name="sink">Where it goes.</param>
    /// <param name="keepPoint">Whether 1.0 is written as such: print does so, io.write, which uses C's %.14g, does not.</param>
    internal static void Write(LuaState state, int index, OutputSink sink, bool keepPoint)
    {
        if (LuaApi.IsInteger(state, index) == 0)
        {
            ReadOnlySpan<byte> text = state.NumberAsStringAt(index);
            sink.Write(!keepPoint && text.EndsWith(".0"u8) ? text[..^2] : text);
            return;
        }

        Span<byte> digits = stackalloc byte[20];
        Utf8Formatter.TryFormat(LuaApi.ToInteger(state, index, null), digits, out int written);
        sink.Write(digits[..written]);
    }
}
