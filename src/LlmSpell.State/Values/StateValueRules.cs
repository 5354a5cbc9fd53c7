using System.Runtime.CompilerServices;
using System.Text.Unicode;
using LlmSpell.State.MessagePack;

namespace LlmSpell.State;

/// <summary>Decides whether bytes are one value that the state can hold.</summary>
internal static class StateValueRules
{
    /// <summary>What is wrong, or null. No recursion: the depth is bounded by the rules themselves.</summary>
    internal static string? Problem(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > StateValue.MaxBytes)
        {
            return $"it takes {bytes.Length} bytes; the most is {StateValue.MaxBytes}";
        }

        try
        {
            MessagePackReader reader = new(bytes);
            string? problem = Walk(ref reader);
            return problem ?? (reader.Remaining > 0 ? $"{reader.Remaining} bytes follow after its end" : null);
        }
        catch (MessagePackException e)
        {
            return e.Message;
        }
    }

    private static string? Walk(ref MessagePackReader reader)
    {
        // Per level, how many values are still to come; in a map an even number means that a key is next.
        DepthCounters pending = default;
        bool[]? isMap = null;
        int depth = 0;
        do
        {
            bool isKey = depth > 0 && isMap![depth] && pending[depth] % 2 == 0;
            int opened = 0;
            bool map = false;
            switch (reader.PeekKind())
            {
                case MessagePackKind.Boolean:
                    reader.ReadBoolean();
                    break;
                case MessagePackKind.Integer:
                    reader.ReadInteger();
                    break;
                case MessagePackKind.Float:
                    reader.ReadDouble();
                    break;
                case MessagePackKind.String:
                    if (!Utf8.IsValid(reader.ReadString()))
                    {
                        return "a string is not valid UTF-8 (bytes belong into binary data)";
                    }

                    break;
                case MessagePackKind.Binary:
                    reader.ReadBinary();
                    break;
                case MessagePackKind.Array or MessagePackKind.Map when isKey:
                    return "a key of a map is itself an array or a map";
                case MessagePackKind.Array:
                    opened = reader.ReadArrayHeader();
                    break;
                case MessagePackKind.Map:
                    opened = 2 * reader.ReadMapHeader();
                    map = true;
                    break;
                case MessagePackKind.Nil:
                    return depth == 0 ? "nil is not a value (delete the key instead)" : "it holds nil";
                default:
                    return "it holds an extension type";
            }

            if (depth > 0)
            {
                pending[depth]--;
            }

            if (opened > 0)
            {
                if (depth == StateValue.MaxDepth)
                {
                    return $"it is nested over {StateValue.MaxDepth} deep";
                }

                depth++;
                isMap ??= new bool[StateValue.MaxDepth + 1];
                isMap[depth] = map;
                pending[depth] = opened;
            }

            while (depth > 0 && pending[depth] == 0)
            {
                depth--;
            }
        }
        while (depth > 0);

        return null;
    }

    [InlineArray(StateValue.MaxDepth + 1)]
    private struct DepthCounters
    {
        private int _first;
    }
}
