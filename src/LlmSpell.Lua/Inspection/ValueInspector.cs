using System.Globalization;
using LlmSpell.Lua.Native;

namespace LlmSpell.Lua.Inspection;

/// <summary>
/// Reads values for showing them. Tables are read raw, so nothing that a script did to globals or metatables is in the way; the one
/// thing that runs is a metatable's __tostring, in a protected call. What is read is bounded, whatever the value's size.
/// </summary>
/// <param name="state">The main coroutine, with room for some 60 slots.</param>
/// <param name="host">When its script has to stop, the reading ends too, with what was read so far.</param>
internal sealed unsafe class ValueInspector(LuaState state, LuaHost host)
{
    private const int MostDepth = 8;
    private const int MostFields = 100;
    private const int MostNodes = 1000;
    private const int MostKeysRead = 10_000;
    private const int MostKeysReadInAll = 200_000;
    private const int MostBytes = 10_000;
    private const int MostNestedBytes = 200;
    private const int SortedBytes = 64;

    private readonly List<(nint Table, string Path)> _ancestors = [];
    private int _nodes;
    private int _keysRead;

    /// <param name="index">Where the value is, counted from the bottom of the stack.</param>
    /// <param name="name">What a table in it that contains itself is called.</param>
    internal ValueNode Inspect(int index, string name)
    {
        _ancestors.Clear();
        return Node(index, name);
    }

    private int Depth => _ancestors.Count;

    private ValueNode Node(int index, string path)
    {
        _nodes++;
        LuaType type = LuaApi.TypeOf(state, index);
        if (type is LuaType.Table or LuaType.UserData && ConvertedText(index) is { } text)
        {
            return new TextNode(text);
        }

        return type == LuaType.Table ? Table(index, path) : new TextNode(Text(index));
    }

    /// <summary>A value that is not shown as a table.</summary>
    private string Text(int index) => LuaApi.TypeOf(state, index) switch
    {
        LuaType.Nil or LuaType.None => "nil",
        LuaType.Boolean => LuaApi.ToBoolean(state, index) != 0 ? "true" : "false",
        LuaType.Number => Number(index),
        LuaType.String => LuaLiteral.Quote(state.StringAt(index), Depth == 0 ? MostBytes : MostNestedBytes),
        _ => Address(index),
    };

    private string Address(int index) => $"<{state.TypeNameAt(index)} 0x{(nint)LuaApi.ToPointer(state, index):x}>";

    private string Number(int index)
    {
        if (LuaApi.IsInteger(state, index) != 0)
        {
            return LuaApi.ToInteger(state, index, null).ToString(CultureInfo.InvariantCulture);
        }

        double value = LuaApi.ToNumber(state, index, null);
        if (!double.IsFinite(value))
        {
            return double.IsNaN(value) ? "nan" : value > 0 ? "math.huge" : "-math.huge";
        }

        LuaApi.PushValue(state, index);
        _ = state.NumberAsStringAt(-1);
        string text = state.TextAt(-1);
        state.Pop();
        return text;
    }

    /// <summary>What the value's own __tostring makes of it; null without one.</summary>
    private string? ConvertedText(int index)
    {
        int top = LuaApi.GetTop(state);
        if (LuaApi.GetMetatable(state, index) == 0)
        {
            return null;
        }

        state.Push("__tostring"u8);
        if (LuaApi.RawGet(state, -2) == LuaType.Nil)
        {
            LuaApi.SetTop(state, top);
            return null;
        }

        LuaApi.PushValue(state, index);
        LuaStatus status = host.Call(state, 1, 1, 0);

        bool isText = LuaApi.TypeOf(state, -1) == LuaType.String;
        string text = isText
            ? LuaLiteral.Escape(state.StringAt(-1), Depth == 0 ? MostBytes : MostNestedBytes, keepLines: Depth == 0)
            : state.TypeNameAt(-1);
        LuaApi.SetTop(state, top);
        string plain = Address(index)[..^1];
        return status == LuaStatus.Ok && isText ? text
            : status == LuaStatus.Ok ? $"{plain}, whose __tostring returned a {text} value>"
            : $"{plain}, whose __tostring failed: {text}>";
    }

    private ValueNode Table(int index, string path)
    {
        nint table = (nint)LuaApi.ToPointer(state, index);
        foreach ((nint ancestor, string name) in _ancestors)
        {
            if (ancestor == table)
            {
                return new TextNode($"<{name}>");
            }
        }

        if (Depth == MostDepth || _nodes > MostNodes)
        {
            return IsEmpty(index) ? new TableNode([], null) : new TextNode("{…}");
        }

        _ancestors.Add((table, path));
        int top = LuaApi.GetTop(state);
        var fields = new List<TableField>();
        long left = AddElements(index, path, fields);
        long last = left > 0 ? (long)LuaApi.RawLength(state, index) : fields.Count;
        List<SortKey> keys = ReadKeys(index, last, out bool isWhole);
        left += AddFields(index, path, fields, keys);
        LuaApi.SetTop(state, top);
        _ancestors.RemoveAt(_ancestors.Count - 1);
        return new TableNode(fields, Rest(left, isWhole));
    }

    private static string? Rest(long left, bool isWhole) =>
        left > 0 ? string.Create(CultureInfo.InvariantCulture, $"… {(isWhole ? "" : "over ")}{left:N0} more")
        : isWhole ? null : "…";

    private bool IsEmpty(int index)
    {
        state.PushNil();
        if (LuaApi.Next(state, index) == 0)
        {
            return true;
        }

        state.Pop(2);
        return false;
    }

    /// <summary>Adds the elements 1, 2, 3 … up to the first that is nil; how many there are beyond those that are shown.</summary>
    private long AddElements(int index, string path, List<TableField> fields)
    {
        for (int i = 1; ; i++)
        {
            if (LuaApi.RawGetInteger(state, index, i) == LuaType.Nil)
            {
                state.Pop();
                return 0;
            }

            if (!HasRoom(fields.Count))
            {
                state.Pop();
                return (long)LuaApi.RawLength(state, index) - fields.Count;
            }

            fields.Add(new TableField(null, Node(LuaApi.GetTop(state), $"{path}[{i}]")));
            state.Pop();
        }
    }

    /// <summary>Pushes a table that holds the keys but 1 to <paramref name="last"/>, each at its place.</summary>
    private List<SortKey> ReadKeys(int index, long last, out bool isWhole)
    {
        isWhole = true;
        int limit = Math.Min(_keysRead + MostKeysRead, MostKeysReadInAll);
        List<SortKey> keys = [];
        state.NewTable();
        int kept = LuaApi.GetTop(state);
        if (last > MostKeysRead)
        {
            // Behind a long array, without walking through it.
            state.Push(last);
        }
        else
        {
            state.PushNil();
        }

        while (LuaApi.Next(state, index) != 0)
        {
            state.Pop();
            if (_keysRead++ >= limit)
            {
                isWhole = false;
                break;
            }

            if (!IsIntegerUpTo(last))
            {
                keys.Add(KeyAtTop(keys.Count + 1));
                LuaApi.PushValue(state, -1);
                LuaApi.RawSetInteger(state, kept, keys.Count);
            }
        }

        LuaApi.SetTop(state, kept);
        keys.Sort();
        return keys;
    }

    /// <summary>Adds the fields of these keys; how many are not shown.</summary>
    private int AddFields(int index, string path, List<TableField> fields, List<SortKey> keys)
    {
        int kept = LuaApi.GetTop(state);
        int shown = 0;
        foreach (SortKey key in keys)
        {
            if (!HasRoom(shown))
            {
                break;
            }

            LuaApi.RawGetInteger(state, kept, key.Place);
            string name = KeyText(kept + 1, out bool isName);
            LuaApi.PushValue(state, kept + 1);
            LuaApi.RawGet(state, index);
            fields.Add(new TableField(name, Node(kept + 2, isName ? $"{path}.{name}" : path + name)));
            LuaApi.SetTop(state, kept);
            shown++;
        }

        return keys.Count - shown;
    }

    /// <summary>Whether one more can be shown, of the elements or of the other fields, of which so many are shown already.</summary>
    private bool HasRoom(int shown) => shown < MostFields && _nodes < MostNodes && host.Stop.Reason is null;

    private bool IsIntegerUpTo(long last) =>
        LuaApi.IsInteger(state, -1) != 0 && LuaApi.ToInteger(state, -1, null) is >= 1 and var value && value <= last;

    private SortKey KeyAtTop(int place)
    {
        switch (LuaApi.TypeOf(state, -1))
        {
            case LuaType.Number:
                bool isInteger = LuaApi.IsInteger(state, -1) != 0;
                return new SortKey(
                    SortKind.Number, isInteger ? LuaApi.ToInteger(state, -1, null) : 0, LuaApi.ToNumber(state, -1, null), [], place);
            case LuaType.String:
                ReadOnlySpan<byte> bytes = state.StringAt(-1);
                return new SortKey(SortKind.Text, 0, 0, bytes[..Math.Min(bytes.Length, SortedBytes)].ToArray(), place);
            case LuaType.Boolean:
                return new SortKey(SortKind.Boolean, LuaApi.ToBoolean(state, -1), 0, [], place);
            default:
                return new SortKey(SortKind.Other, place, 0, [], place);
        }
    }

    private string KeyText(int index, out bool isName)
    {
        isName = LuaApi.TypeOf(state, index) == LuaType.String && LuaLiteral.IsName(state.StringAt(index));
        return isName ? state.TextAt(index)
            : LuaApi.TypeOf(state, index) == LuaType.String ? $"[{LuaLiteral.Quote(state.StringAt(index), MostNestedBytes)}]"
            : $"[{Text(index)}]";
    }
}
