using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using LlmSpell.Lua.Calls;
using LlmSpell.Lua.Native;
using LlmSpell.Lua.Values;
using LlmSpell.State;
using LlmSpell.State.MessagePack;

namespace LlmSpell.Lua.StateGlobal;

/// <summary>State.increment and compare_and_swap: they look at an entry and change it with nothing in between.</summary>
internal static unsafe class AtomicFunctions
{
    internal static void Register(LuaState state)
    {
        Callback.Register(state, "increment"u8, &OnIncrement);
        Callback.Register(state, "compare_and_swap"u8, &OnCompareAndSwap);
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int OnIncrement(LuaState state) => Callback.Run(state, &Increment);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int OnCompareAndSwap(LuaState state) => Callback.Run(state, &CompareAndSwap);

    /// <summary>increment(scope, key, by): nil, then the new number.</summary>
    private static int Increment(LuaState state, LuaHost host)
    {
        StateKey key = KeyArguments.Key(state, "increment");
        LuaNumber by = LuaApi.TypeOf(state, 3) switch
        {
            LuaType.None or LuaType.Nil => new LuaNumber(1),
            LuaType.Number => LuaNumber.At(state, 3),
            _ => throw new LuaArguments(state, "increment").WrongType(3, "number"),
        };
        PooledBuffer buffer = host.Buffers.Take();
        LuaNumber sum;
        try
        {
            sum = host.Store.Transact(transaction =>
            {
                LuaNumber present = ReadNumber(transaction, key, buffer);
                if (!LuaNumber.TryAdd(present, by, out LuaNumber result))
                {
                    throw new LuaCallException($"{key.KeyText}: {present} + {by} is out of the range of integers");
                }

                buffer.Clear();
                result.Write(buffer);
                transaction.SaveBytes(key, buffer.Written);
                return result;
            });
        }
        finally
        {
            host.Buffers.Return(buffer);
        }

        state.PushNil();
        sum.Push(state);
        return 2;
    }

    /// <summary>compare_and_swap(scope, key, old, new): nil, whether it swapped, and the value that is there now.</summary>
    private static int CompareAndSwap(LuaState state, LuaHost host)
    {
        StateKey key = KeyArguments.Key(state, "compare_and_swap");
        for (int index = 3; index <= 4; index++)
        {
            if (LuaApi.TypeOf(state, index) == LuaType.None)
            {
                throw new LuaArguments(state, "compare_and_swap").Wrong(index, "a value is expected; nil stands for no entry");
            }
        }

        PooledBuffer expected = host.Buffers.Take();
        PooledBuffer replacement = host.Buffers.Take();
        PooledBuffer present = host.Buffers.Take();
        try
        {
            Encode(state, host, 3, key, expected);
            Encode(state, host, 4, key, replacement);
            bool swapped = host.Store.Transact(transaction =>
            {
                if (!Holds(transaction, key, expected, present))
                {
                    return false;
                }

                if (replacement.Length > 0)
                {
                    transaction.SaveBytes(key, replacement.Written);
                }
                else
                {
                    transaction.Delete(key);
                }

                return true;
            });
            state.PushNil();
            state.Push(swapped);
            if (swapped)
            {
                LuaApi.PushValue(state, 4);
            }
            else if (present.Length > 0)
            {
                StateFunctions.PushStored(state, key, present.Written);
            }
            else
            {
                state.PushNil();
            }

            return 3;
        }
        finally
        {
            host.Buffers.Return(present);
            host.Buffers.Return(replacement);
            host.Buffers.Return(expected);
        }
    }

    /// <summary>Leaves the buffer empty for nil.</summary>
    private static void Encode(LuaState state, LuaHost host, int index, StateKey key, PooledBuffer buffer)
    {
        if (LuaApi.TypeOf(state, index) != LuaType.Nil)
        {
            host.Encoder.Encode(state, index, key.Key, buffer, host.Store.MaxValueBytes);
        }
    }

    private static bool Holds(StateTransaction transaction, StateKey key, PooledBuffer expected, PooledBuffer present)
    {
        present.Clear();
        if (!transaction.TryLoadBytes(key, present, out _) || expected.Length == 0)
        {
            return present.Length == expected.Length;
        }

        try
        {
            return ValueComparison.AreEqual(present.Written, expected.Written);
        }
        catch (MessagePackException exception)
        {
            throw StateFunctions.Unreadable(key, exception);
        }
    }

    /// <summary>The number that is stored; 0 if there is no entry.</summary>
    private static LuaNumber ReadNumber(StateTransaction transaction, StateKey key, PooledBuffer buffer)
    {
        buffer.Clear();
        if (!transaction.TryLoadBytes(key, buffer, out _))
        {
            return new LuaNumber(0);
        }

        try
        {
            MessagePackReader reader = new(buffer.Written);
            return reader.PeekKind() switch
            {
                MessagePackKind.Integer => new LuaNumber(reader.ReadInteger()),
                MessagePackKind.Float => new LuaNumber(reader.ReadDouble()),
                MessagePackKind.Boolean => throw NoNumber(key, "boolean"),
                MessagePackKind.String or MessagePackKind.Binary => throw NoNumber(key, "string"),
                _ => throw NoNumber(key, "table"),
            };
        }
        catch (MessagePackException exception)
        {
            throw StateFunctions.Unreadable(key, exception);
        }
    }

    private static LuaCallException NoNumber(StateKey key, string type) =>
        new($"{key.KeyText}: a number is expected, and a {type} is stored there");
}
