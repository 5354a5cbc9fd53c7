using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
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

    /// <summary>Steps over one value, whose end the reader then stands at; its length is not looked at.</summary>
    /// <returns>What is wrong with it, or null.</returns>
    /// <exception cref="MessagePackException">It is no whole MessagePack.</exception>
    [SkipLocalsInit]
    internal static string? Walk(ref MessagePackReader reader)
    {
        // In a map, when an even number of values is still to come, the next one is a key.
        int toCome = 1;
        bool inMap = false;

        // The same two of each container around this one, as 2 * toCome + inMap.
        Span<int> outer = stackalloc int[StateValue.MaxDepth];
        int depth = 0;
        while (true)
        {
            toCome -= reader.SkipSimple(toCome);
            if (toCome > 0)
            {
                if (Step(ref reader, isKey: inMap && toCome % 2 == 0, depth, out int opened, out bool map) is { } problem)
                {
                    return problem;
                }

                toCome--;
                if (opened > 0)
                {
                    outer[depth++] = (2 * toCome) + (inMap ? 1 : 0);
                    toCome = opened;
                    inMap = map;
                }
            }

            while (toCome == 0)
            {
                if (depth == 0)
                {
                    return null;
                }

                int around = outer[--depth];
                toCome = around / 2;
                inMap = around % 2 == 1;
            }
        }
    }

    /// <summary>Steps over a value that is no container, or over a container's header.</summary>
    /// <param name="reader">Stands at the value.</param>
    /// <param name="isKey">Whether the value is a map's key.</param>
    /// <param name="depth">How many containers are around it.</param>
    /// <param name="opened">How many values the container holds that it opens; 0 if it opens none.</param>
    /// <param name="map">Whether that is a map.</param>
    private static string? Step(ref MessagePackReader reader, bool isKey, int depth, out int opened, out bool map)
    {
        opened = 0;
        map = false;
        switch (reader.PeekKind())
        {
            case MessagePackKind.Boolean:
                reader.ReadBoolean();
                return null;
            case MessagePackKind.Integer:
                reader.ReadInteger();
                return null;
            case MessagePackKind.Float:
                reader.ReadDouble();
                return null;
            case MessagePackKind.String:
                return IsUtf8(reader.ReadString()) ? null : "a string is not valid UTF-8 (bytes belong into binary data)";
            case MessagePackKind.Binary:
                reader.ReadBinary();
                return null;
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

        return opened > 0 && depth == StateValue.MaxDepth ? $"it is nested over {StateValue.MaxDepth} deep" : null;
    }

    /// <summary>Most strings are short and ASCII: two overlapping loads tell that without a loop, whose end would be mispredicted.</summary>
    internal static bool IsUtf8(ReadOnlySpan<byte> text)
    {
        const ulong HighBits = 0x8080_8080_8080_8080;
        ulong bits;
        switch (text.Length)
        {
            case 0:
                return true;
            case < 4:
                bits = (uint)text[0] | text[text.Length / 2] | text[^1];
                break;
            case < 8:
                bits = MemoryMarshal.Read<uint>(text) | MemoryMarshal.Read<uint>(text[^4..]);
                break;
            case <= 16:
                bits = MemoryMarshal.Read<ulong>(text) | MemoryMarshal.Read<ulong>(text[^8..]);
                break;
            default:
                return Utf8.IsValid(text);
        }

        return (bits & HighBits) == 0 || Utf8.IsValid(text);
    }
}
