using System.Globalization;
using System.Text;
using LlmSpell.Lua.Native;

namespace LlmSpell.Lua.Limits;

/// <summary>
/// Writes what luaL_traceback writes, without taking memory of Lua's: it is called in a hook, and a lack of memory would raise an error
/// through managed frames.
/// </summary>
internal static unsafe class StackText
{
    // As luaL_traceback: the first and the last calls of a deep stack.
    private const int First = 10;
    private const int Last = 11;

    /// <param name="running">The coroutine that runs.</param>
    /// <param name="main">The main coroutine, which is shown as well where it is another.</param>
    internal static string Of(LuaState running, LuaState main)
    {
        StringBuilder text = new("stack traceback:");
        Append(text, running);
        if (running != main)
        {
            Append(text, main);
        }

        return text.ToString();
    }

    private static void Append(StringBuilder text, LuaState state)
    {
        LuaDebug record;
        int depth = Depth(state);
        for (int level = 0; level < depth && LuaApi.GetStack(state, level, &record) != 0; level++)
        {
            if (level == First && depth > First + Last)
            {
                level = depth - Last;
                text.Append(CultureInfo.InvariantCulture, $"\n\t...\t(skipping {level - First} levels)");
                if (LuaApi.GetStack(state, level, &record) == 0)
                {
                    return;
                }
            }

            fixed (byte* what = "Slnt\0"u8)
            {
                _ = LuaApi.GetInfo(state, what, &record);
            }

            text.Append("\n\t").Append(Text(record.ShortSource));
            if (record.CurrentLine > 0)
            {
                text.Append(CultureInfo.InvariantCulture, $":{record.CurrentLine}");
            }

            text.Append(": in ");
            AppendFunction(text, record);
            text.Append(record.IsTailCall != 0 ? "\n\t(...tail calls...)" : "");
        }
    }

    private static void AppendFunction(StringBuilder text, in LuaDebug record)
    {
        string kind = Text(record.NameKind);
        if (kind.Length > 0)
        {
            text.Append(kind == "global" ? "function" : kind).Append(" '").Append(Text(record.Name)).Append('\'');
            return;
        }

        switch (Text(record.Kind))
        {
            case "main":
                text.Append("main chunk");
                break;
            case "C":
                text.Append('?');
                break;
            default:
                fixed (byte* source = record.ShortSource)
                {
                    text.Append(CultureInfo.InvariantCulture, $"function <{Text(source)}:{record.FirstLine}>");
                }

                break;
        }
    }

    private static int Depth(LuaState state)
    {
        LuaDebug record;
        int low = 0;
        int high = 1;
        while (LuaApi.GetStack(state, high, &record) != 0)
        {
            low = high;
            high *= 2;
        }

        while (low < high)
        {
            int middle = (low + high) / 2;
            if (LuaApi.GetStack(state, middle, &record) != 0)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        return low;
    }

    private static string Text(byte* text)
    {
        int length = 0;
        while (text[length] != 0)
        {
            length++;
        }

        return Encoding.UTF8.GetString(text, length);
    }
}
