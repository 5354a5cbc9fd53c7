using LlmSpell.Lua.Calls;
using LlmSpell.Lua.Native;
using LlmSpell.State;
using LlmSpell.State.MessagePack;

namespace LlmSpell.Lua.Values;

/// <summary>
/// Writes a Lua value as MessagePack, straight from the Lua stack. Access is raw throughout, and nothing allocates in Lua: no metamethod and no
/// finalizer runs, so nothing can change a table while it is walked or begin another value meanwhile, and nothing can raise. Not thread-safe.
/// </summary>
internal sealed unsafe class ValueEncoder
{
    // The tables that are being written, outermost first.
    private readonly OpenTable[] _open = new OpenTable[StateValue.MaxDepth];
    private readonly FieldOrder _order = new();
    private int _depth;
    private LuaState _state;
    private PooledBuffer _buffer = null!;
    private int _maxBytes;
    private int _start;

    /// <summary>Appends the value at a stack position.</summary>
    /// <param name="state">The coroutine.</param>
    /// <param name="index">The position, absolute; the stack is as it was afterwards.</param>
    /// <param name="root">What messages call the value, as UTF-8.</param>
    /// <param name="buffer">Takes the bytes; after a failure, those written so far.</param>
    /// <param name="maxBytes">How many at most.</param>
    /// <exception cref="LuaCallException">The value cannot be stored; the message begins with the path to what cannot.</exception>
    internal void Encode(LuaState state, int index, ReadOnlySpan<byte> root, PooledBuffer buffer, int maxBytes)
    {
        _state = state;
        _buffer = buffer;
        _maxBytes = maxBytes;
        _start = buffer.Length;
        _depth = 0;
        _order.Clear();
        int top = LuaApi.GetTop(state);
        try
        {
            Write(index, LuaApi.TypeOf(state, index));
        }
        catch (UnstorableException unstorable)
        {
            string path = ValuePath.Describe(state, root, unstorable.HasPath ? _open.AsSpan(0, _depth) : []);
            LuaApi.SetTop(state, top);
            throw new LuaCallException($"{path}: {unstorable.Message}");
        }
    }

    private void Write(int index, LuaType type)
    {
        switch (type)
        {
            case LuaType.Boolean:
                _buffer.WriteBoolean(LuaApi.ToBoolean(_state, index) != 0);
                break;
            case LuaType.Number:
                WriteNumber(index);
                break;
            case LuaType.String:
                WriteString(index);
                break;
            case LuaType.Table:
                WriteTable(index);
                break;
            case LuaType.Function:
                throw new UnstorableException("a function cannot be stored");
            case LuaType.Thread:
                throw new UnstorableException("a coroutine cannot be stored");
            default:
                throw new UnstorableException("a userdata cannot be stored");
        }

        CheckSize(0);
    }

    private void WriteNumber(int index)
    {
        if (LuaApi.IsInteger(_state, index) != 0)
        {
            _buffer.WriteInteger(LuaApi.ToInteger(_state, index, null));
        }
        else
        {
            _buffer.WriteDouble(LuaApi.ToNumber(_state, index, null));
        }
    }

    private void WriteString(int index)
    {
        nuint length;
        byte* bytes = LuaApi.StringBytes(_state, index, &length);
        CheckSize(length);
        ReadOnlySpan<byte> text = new(bytes, (int)length);
        if (StateValueRules.IsUtf8(text))
        {
            _buffer.WriteString(text);
        }
        else
        {
            _buffer.WriteBinary(text);
        }
    }

    private void WriteTable(int index)
    {
        nint table = (nint)LuaApi.ToPointer(_state, index);
        for (int i = 0; i < _depth; i++)
        {
            if (_open[i].Identity == table)
            {
                throw new UnstorableException("a table that contains itself cannot be stored");
            }
        }

        if (_depth == StateValue.MaxDepth)
        {
            throw new UnstorableException($"tables nested over {StateValue.MaxDepth} deep cannot be stored", hasPath: false);
        }

        CallbackStack.Reserve(_state, _depth);
        ref OpenTable open = ref _open[_depth];
        open = new OpenTable { Identity = table };

        // If the keys are 1..n then n is the only border, so the length is n whatever the table's history.
        long length = (long)LuaApi.RawLength(_state, index);
        if (length == 0 || !TryWriteArray(index, length, ref open))
        {
            WriteMap(index, ref open);
        }
    }

    /// <summary>
    /// Writes the table as an array if its keys are exactly 1..length: each of those has a value, and there are no more keys than those.
    /// Otherwise leaves the buffer as it was.
    /// </summary>
    private bool TryWriteArray(int table, long length, ref OpenTable open)
    {
        if (!HasAsManyKeys(table, length))
        {
            return false;
        }

        int start = _buffer.Length;
        _buffer.WriteArrayHeader(checked((int)length));
        int element = LuaApi.GetTop(_state) + 1;
        bool isCertain = false;
        _depth++;
        for (long i = 1; i <= length; i++)
        {
            open.Position = i;
            LuaType type = LuaApi.RawGetInteger(_state, table, i);

            // A table is only written once it is certain that it will not be written again as a field of a map: nested ones would double.
            if (type == LuaType.Nil || (type == LuaType.Table && !isCertain && !(isCertain = HasElements(table, i + 1, length))))
            {
                _state.Pop();
                _buffer.Truncate(start);
                _depth--;
                return false;
            }

            Write(element, type);
            _state.Pop();
        }

        _depth--;
        return true;
    }

    private bool HasElements(int table, long first, long last)
    {
        for (long i = first; i <= last; i++)
        {
            LuaType type = LuaApi.RawGetInteger(_state, table, i);
            _state.Pop();
            if (type == LuaType.Nil)
            {
                return false;
            }
        }

        return true;
    }

    private bool HasAsManyKeys(int table, long length)
    {
        LuaApi.PushNil(_state);
        for (long count = 0; count < length; count++)
        {
            if (LuaApi.Next(_state, table) == 0)
            {
                return false;
            }

            _state.Pop();
        }

        if (LuaApi.Next(_state, table) == 0)
        {
            return true;
        }

        _state.Pop(2);
        return false;
    }

    /// <summary>Most maps are small: their header has one byte, and the fields make room for a longer one when they are counted.</summary>
    private void WriteMap(int table, ref OpenTable open)
    {
        int header = _buffer.Length;
        _buffer.WriteMapHeader(0);
        int count = WriteFields(table, ref open);
        if (count == 0)
        {
            return;
        }

        int end = _buffer.Length;
        _buffer.WriteMapHeader(count);
        int headerLength = _buffer.Length - end;
        Span<byte> written = _buffer.WrittenSpan;
        Span<byte> newHeader = stackalloc byte[8];
        written[end..].CopyTo(newHeader);
        written[(header + 1)..end].CopyTo(written[(header + headerLength)..]);
        newHeader[..headerLength].CopyTo(written[header..]);
        _buffer.Truncate(end - 1 + headerLength);
    }

    private int WriteFields(int table, ref OpenTable open)
    {
        int map = _order.Begin();
        int key = LuaApi.GetTop(_state) + 1;
        LuaApi.PushNil(_state);
        while (LuaApi.Next(_state, table) != 0)
        {
            _order.Add(_buffer.Length);
            WriteKey(key);
            open.KeyIndex = key;
            _depth++;
            Write(key + 1, LuaApi.TypeOf(_state, key + 1));
            _depth--;
            _state.Pop();
        }

        return _order.End(map, _buffer);
    }

    private void WriteKey(int index)
    {
        switch (LuaApi.TypeOf(_state, index))
        {
            case LuaType.String:
                WriteString(index);
                break;
            case LuaType.Number:
                WriteNumber(index);
                break;
            case LuaType.Boolean:
                _buffer.WriteBoolean(LuaApi.ToBoolean(_state, index) != 0);
                break;
            default:
                throw new UnstorableException($"a {_state.PlainTypeNameAt(index)} cannot be a key");
        }
    }

    private void CheckSize(nuint more)
    {
        if (more > (nuint)_maxBytes || _buffer.Length - _start > _maxBytes - (int)more)
        {
            throw new UnstorableException($"the value takes more than {_maxBytes} bytes (max_state_size_bytes)", hasPath: false);
        }
    }

    /// <summary>A table on the way to the value that is being written.</summary>
    internal struct OpenTable
    {
        internal nint Identity;

        /// <summary>Where the present key stands on the stack; 0 in an array.</summary>
        internal int KeyIndex;

        /// <summary>The present index of an array.</summary>
        internal long Position;
    }

    private sealed class UnstorableException(string message, bool hasPath = true) : Exception(message)
    {
        internal bool HasPath { get; } = hasPath;
    }
}
