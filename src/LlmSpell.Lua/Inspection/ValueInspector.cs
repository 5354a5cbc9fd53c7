using System.Globalization;
using LlmSpell.Lua.Native;
using LlmSpell.Lua.Running;

namespace LlmSpell.Lua.Inspection;

/// <summary>
/// Reads values for showing them. Tables are read raw, so nothing that a script did to globals or metatables is in the way; the one
/// thing that runs is a metatable's __tostring, in a protected call. What is read is bounded, whatever the value's size.
/// </summary>
/// <param name="host">Whose values they are. Its main coroutine has room for some 60 slots; what stops a script ends the reading too.</param>
internal sealed unsafe class ValueInspector(LuaHost host)
{
    private const int MaxDepth = 8;
    private const int MaxFields = 100;
    private const int MaxNodes = 1000;
    private const int MaxKeysRead = 10_000;
    private const int MaxKeysReadInAll = 200_000;
    private const int MaxBytes = 10_000;
    private const int MaxNestedBytes = 200;
    private const int SortedBytes = 64;

    private readonly LuaState _state = host.State;
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
        LuaType type = LuaApi.TypeOf(_state, index);
        if (type is LuaType.Table or LuaType.UserData && ConvertedText(index) is { } text)
        {
            return new TextNode(text);
        }

        return type == LuaType.Table ? Table(index, path) : new TextNode(Text(index));
    }

    /// <summary>A value that is not shown as a table.</summary>
    private string Text(int index) => LuaApi.TypeOf(_state, index) switch
    {
        LuaType.Nil or LuaType.None => "nil",
        LuaType.Boolean => LuaApi.ToBoolean(_state, index) != 0 ? "true" : "false",
        LuaType.Number => Number(index),
        LuaType.String => Quoted(index, Depth == 0 ? MaxBytes : MaxNestedBytes),
        _ => Address(index),
    };

    private string Address(int index) => $"<{_state.TypeNameAt(index)} 0x{(nint)LuaApi.ToPointer(_state, index):x}>";

    private string Number(int index)
    {
        if (LuaApi.IsInteger(_state, index) != 0)
        {
            return LuaApi.ToInteger(_state, index, null).ToString(CultureInfo.InvariantCulture);
        }

        double value = LuaApi.ToNumber(_state, index, null);
        if (!double.IsFinite(value))
        {
            return double.IsNaN(value) ? "nan" : value > 0 ? "math.huge" : "-math.huge";
        }

        LuaApi.PushValue(_state, index);
        _ = _state.NumberAsStringAt(-1);
        string text = _state.TextAt(-1);
        _state.Pop();
        return text;
    }

    /// <summary>What the value's own __tostring makes of it; null without one.</summary>
    private string? ConvertedText(int index)
    {
        int top = LuaApi.GetTop(_state);
        if (LuaApi.GetMetatable(_state, index) == 0)
        {
            return null;
        }

        _state.Push("__tostring"u8);
        if (LuaApi.RawGet(_state, -2) == LuaType.Nil)
        {
            LuaApi.SetTop(_state, top);
            return null;
        }

        LuaApi.PushValue(_state, index);
        LuaStatus status = ScriptCall.Call(host, 1, 1, 0);
        if (host.Stop.Reason is not null)
        {
            throw Failure.Read(_state, status, host);
        }

        bool isText = LuaApi.TypeOf(_state, -1) == LuaType.String;
        string text = isText
            ? LuaLiteral.Escape(_state.StringStartAt(-1, out _), Depth == 0 ? MaxBytes : MaxNestedBytes, keepLines: Depth == 0)
            : _state.TypeNameAt(-1);
        LuaApi.SetTop(_state, top);
        string plain = Address(index)[..^1];
        return status == LuaStatus.Ok && isText ? text
            : status == LuaStatus.Ok ? $"{plain}, whose __tostring returned a {text} value>"
            : $"{plain}, whose __tostring failed: {text}>";
    }

    private ValueNode Table(int index, string path)
    {
        nint table = (nint)LuaApi.ToPointer(_state, index);
        foreach ((nint ancestor, string name) in _ancestors)
        {
            if (ancestor == table)
            {
                return new TextNode($"<{name}>");
            }
        }

        if (Depth == MaxDepth || _nodes > MaxNodes)
        {
            return IsEmpty(index) ? new TableNode([], null) : new TextNode("{…}");
        }

        _ancestors.Add((table, path));
        int top = LuaApi.GetTop(_state);
        var fields = new List<TableField>();
        long left = AddElements(index, path, fields);
        List<SortKey> keys = ReadKeys(index, left > 0 ? null : fields.Count, out bool isWhole);
        left += AddFields(index, path, fields, keys);
        LuaApi.SetTop(_state, top);
        _ancestors.RemoveAt(_ancestors.Count - 1);
        return new TableNode(fields, Rest(left, isWhole));
    }

    private static string? Rest(long left, bool isWhole) =>
        left > 0 ? string.Create(CultureInfo.InvariantCulture, $"… {(isWhole ? "" : "over ")}{left:N0} more")
        : isWhole ? null : "…";

    private bool IsEmpty(int index)
    {
        _state.PushNil();
        if (LuaApi.Next(_state, index) == 0)
        {
            return true;
        }

        _state.Pop(2);
        return false;
    }

    /// <summary>Adds the elements 1, 2, 3 … up to the first that is nil; how many there are beyond those that are shown.</summary>
    private long AddElements(int index, string path, List<TableField> fields)
    {
        for (int i = 1; ; i++)
        {
            if (LuaApi.RawGetInteger(_state, index, i) == LuaType.Nil)
            {
                _state.Pop();
                return 0;
            }

            if (!HasRoom(fields.Count))
            {
                _state.Pop();
                return (long)LuaApi.RawLength(_state, index) - fields.Count;
            }

            fields.Add(new TableField(null, Node(LuaApi.GetTop(_state), $"{path}[{i}]")));
            _state.Pop();
        }
    }

    /// <summary>Pushes a table that holds the keys but those of the elements, each at its place.</summary>
    /// <param name="index">Where the table is.</param>
    /// <param name="elements">How many elements it has; null: as many as its length says.</param>
    /// <param name="isWhole">Whether those are all its keys.</param>
    private List<SortKey> ReadKeys(int index, long? elements, out bool isWhole)
    {
        isWhole = true;
        int limit = Math.Min(_keysRead + MaxKeysRead, MaxKeysReadInAll);
        List<SortKey> keys = [];
        _state.NewTable();
        int kept = LuaApi.GetTop(_state);

        // Asked behind the new table, which may run finalizers: where one has removed the key to go on from, the next would be an error.
        long last = elements ?? (long)LuaApi.RawLength(_state, index);
        if (last > MaxKeysRead)
        {
            // Behind a long array, without walking through it.
            _state.Push(last);
        }
        else
        {
            _state.PushNil();
        }

        while (LuaApi.Next(_state, index) != 0)
        {
            _state.Pop();
            if (_keysRead++ >= limit)
            {
                isWhole = false;
                break;
            }

            if (!IsIntegerUpTo(last))
            {
                keys.Add(KeyAtTop(keys.Count + 1));
                LuaApi.PushValue(_state, -1);
                LuaApi.RawSetInteger(_state, kept, keys.Count);
            }
        }

        LuaApi.SetTop(_state, kept);
        keys.Sort();
        return keys;
    }

    /// <summary>Adds the fields of these keys; how many are not shown.</summary>
    private int AddFields(int index, string path, List<TableField> fields, List<SortKey> keys)
    {
        int kept = LuaApi.GetTop(_state);
        int shown = 0;
        foreach (SortKey key in keys)
        {
            if (!HasRoom(shown))
            {
                break;
            }

            LuaApi.RawGetInteger(_state, kept, key.Place);
            string name = KeyText(kept + 1, out bool isName);
            LuaApi.PushValue(_state, kept + 1);
            LuaApi.RawGet(_state, index);
            fields.Add(new TableField(name, Node(kept + 2, isName ? $"{path}.{name}" : path + name)));
            LuaApi.SetTop(_state, kept);
            shown++;
        }

        return keys.Count - shown;
    }

    /// <summary>Whether one more can be shown, of the elements or of the other fields, of which so many are shown already.</summary>
    private bool HasRoom(int shown) => shown < MaxFields && _nodes < MaxNodes;

    private bool IsIntegerUpTo(long last) =>
        LuaApi.IsInteger(_state, -1) != 0 && LuaApi.ToInteger(_state, -1, null) is >= 1 and var value && value <= last;

    private SortKey KeyAtTop(int place)
    {
        switch (LuaApi.TypeOf(_state, -1))
        {
            case LuaType.Number:
                bool isInteger = LuaApi.IsInteger(_state, -1) != 0;
                return new SortKey(
                    SortKind.Number, isInteger ? LuaApi.ToInteger(_state, -1, null) : 0, LuaApi.ToNumber(_state, -1, null), [], place);
            case LuaType.String:
                ReadOnlySpan<byte> bytes = _state.StringStartAt(-1, out _);
                return new SortKey(SortKind.Text, 0, 0, bytes[..Math.Min(bytes.Length, SortedBytes)].ToArray(), place);
            case LuaType.Boolean:
                return new SortKey(SortKind.Boolean, LuaApi.ToBoolean(_state, -1), 0, [], place);
            default:
                return new SortKey(SortKind.Other, place, 0, [], place);
        }
    }

    private string KeyText(int index, out bool isName)
    {
        isName = LuaApi.TypeOf(_state, index) == LuaType.String && LuaLiteral.IsName(_state.StringStartAt(index, out _));
        return isName ? _state.TextAt(index)
            : LuaApi.TypeOf(_state, index) == LuaType.String ? $"[{Quoted(index, MaxNestedBytes)}]"
            : $"[{Text(index)}]";
    }

    private string Quoted(int index, int most)
    {
        ReadOnlySpan<byte> start = _state.StringStartAt(index, out ulong length);
        return LuaLiteral.Quote(start, length, most);
    }
}
