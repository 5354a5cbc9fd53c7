using LlmSpell.Lua.Calls;
using LlmSpell.Lua.Native;
using LlmSpell.State;
using LlmSpell.State.MessagePack;

namespace LlmSpell.Lua.Values;

/// <summary>
/// Makes a Lua value of MessagePack, straight onto the Lua stack. Making tables and strings may run finalizers of the script, so what
/// is decoded must not lie in a buffer that they could reach.
/// </summary>
internal static unsafe class ValueDecoder
{
    /// <summary>Pushes the one value that the bytes are.</summary>
    /// <exception cref="MessagePackException">They are not exactly one value.</exception>
    /// <exception cref="LuaCallException">They hold what Lua cannot.</exception>
    internal static void Push(LuaState state, ReadOnlySpan<byte> bytes)
    {
        MessagePackReader reader = new(bytes);
        PushValue(state, ref reader, depth: 0);
        if (reader.Remaining > 0)
        {
            throw new MessagePackException($"{reader.Remaining} bytes more than one value", reader.Position);
        }
    }

    private static void PushValue(LuaState state, ref MessagePackReader reader, int depth)
    {
        // Short strings and small integers are most of what there is.
        byte code = reader.PeekCode();
        switch (code)
        {
            case < MessagePackCode.FixMap:
                LuaApi.PushInteger(state, reader.ReadInteger());
                return;
            case >= MessagePackCode.FixString and < MessagePackCode.Nil:
                state.Push(reader.ReadString());
                return;
        }

        switch (MessagePackReader.KindOf(code))
        {
            case MessagePackKind.Boolean:
                LuaApi.PushBoolean(state, reader.ReadBoolean() ? 1 : 0);
                break;
            case MessagePackKind.Integer:
                LuaApi.PushInteger(state, reader.ReadInteger());
                break;
            case MessagePackKind.Float:
                LuaApi.PushNumber(state, reader.ReadDouble());
                break;
            case MessagePackKind.String:
                state.Push(reader.ReadString());
                break;
            case MessagePackKind.Binary:
                state.Push(reader.ReadBinary());
                break;
            case MessagePackKind.Array:
                PushArray(state, ref reader, depth);
                break;
            case MessagePackKind.Map:
                PushMap(state, ref reader, depth);
                break;
            case MessagePackKind.Nil:
                throw new MessagePackException("nil where a value belongs", reader.Position);
            default:
                throw new MessagePackException("an extension type, which is no value of the state,", reader.Position);
        }
    }

    private static void PushArray(LuaState state, ref MessagePackReader reader, int depth)
    {
        Enter(state, depth, reader.Position);
        int count = reader.ReadArrayHeader();
        LuaApi.CreateTable(state, count, 0);
        for (int i = 1; i <= count; i++)
        {
            PushValue(state, ref reader, depth + 1);
            LuaApi.RawSetInteger(state, -2, i);
        }
    }

    private static void PushMap(LuaState state, ref MessagePackReader reader, int depth)
    {
        Enter(state, depth, reader.Position);
        int count = reader.ReadMapHeader();
        LuaApi.CreateTable(state, 0, count);
        for (int i = 0; i < count; i++)
        {
            PushKey(state, ref reader);
            PushValue(state, ref reader, depth + 1);
            LuaApi.RawSet(state, -3);
        }
    }

    /// <summary>NaN as a key would raise in Lua, across our frames.</summary>
    private static void PushKey(LuaState state, ref MessagePackReader reader)
    {
        switch (reader.PeekKind())
        {
            case MessagePackKind.String:
                state.Push(reader.ReadString());
                return;
            case MessagePackKind.Float:
                double number = reader.ReadDouble();
                if (double.IsNaN(number))
                {
                    throw new LuaCallException("it has a key that is NaN, which Lua does not allow");
                }

                LuaApi.PushNumber(state, number);
                return;
            case MessagePackKind.Array or MessagePackKind.Map:
                throw new MessagePackException("an array or a map as a key", reader.Position);
            default:
                PushValue(state, ref reader, depth: 0);
                return;
        }
    }

    private static void Enter(LuaState state, int depth, int position)
    {
        if (depth > StateValue.MaxDepth)
        {
            throw new MessagePackException($"nesting over {StateValue.MaxDepth} deep", position);
        }

        CallbackStack.Reserve(state, depth);
    }
}
