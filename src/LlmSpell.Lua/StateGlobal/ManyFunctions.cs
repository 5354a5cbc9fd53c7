using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;
using LlmSpell.Lua.Calls;
using LlmSpell.Lua.Native;
using LlmSpell.Lua.Values;
using LlmSpell.State;
using LlmSpell.State.MessagePack;

namespace LlmSpell.Lua.StateGlobal;

/// <summary>State.save_many and load_many: many entries, one moment.</summary>
internal static unsafe class ManyFunctions
{
    // All values of one call lie in one buffer.
    private const int MaxBytesTogether = 1 << 30;

    /// <summary>The length of what several values take together, if a script may have it at once.</summary>
    internal static int Checked(int length, LuaHost host) => Checked(length, host, "load them in several calls, or use State.each");

    private static int Checked(int length, LuaHost host, string instead)
    {
        long most = Math.Min(MaxBytesTogether, host.Options.MemoryLimit ?? long.MaxValue);
        return length <= most ? length : throw new LuaCallException($"the values take more than {most} bytes together; {instead}");
    }

    internal static void Register(LuaState state)
    {
        Callback.Register(state, "save_many"u8, &OnSaveMany);
        Callback.Register(state, "load_many"u8, &OnLoadMany);
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int OnSaveMany(LuaState state) => Callback.Run(state, &SaveMany);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int OnLoadMany(LuaState state) => Callback.Run(state, &LoadMany);

    /// <summary>save_many(scope, table): nil, then how many entries were saved.</summary>
    private static int SaveMany(LuaState state, LuaHost host)
    {
        ReadOnlySpan<byte> scope = KeyArguments.ScopeBytes(state, "save_many");
        if (LuaApi.TypeOf(state, 2) != LuaType.Table)
        {
            throw new LuaArguments(state, "save_many").WrongType(2, "table");
        }

        PooledBuffer buffer = host.Buffers.Take();
        try
        {
            List<(StateKey Key, int End)> entries = EncodeAll(state, host, scope, buffer);
            host.Store.Transact(transaction =>
            {
                int start = 0;
                foreach ((StateKey key, int end) in entries)
                {
                    transaction.SaveBytes(key, buffer.Written[start..end]);
                    start = end;
                }

                return true;
            });
            state.PushNil();
            state.Push(entries.Count);
            return 2;
        }
        finally
        {
            host.Buffers.Return(buffer);
        }
    }

    /// <summary>
    /// Nothing here may make Lua allocate while the table is walked: a finalizer could change the table, and the walk would raise across
    /// our frames. So numbers become text only afterwards.
    /// </summary>
    private static List<(StateKey Key, int End)> EncodeAll(LuaState state, LuaHost host, ReadOnlySpan<byte> scope, PooledBuffer buffer)
    {
        List<(StateKey Key, int End)> entries = [];
        List<(int Entry, LuaNumber Number)> numbers = [];
        int maxBytes = host.Store.MaxValueBytes;
        LuaApi.PushNil(state);
        int key = LuaApi.GetTop(state);
        while (LuaApi.Next(state, 2) != 0)
        {
            if (LuaApi.TypeOf(state, key) == LuaType.Number)
            {
                LuaNumber number = LuaNumber.At(state, key);
                numbers.Add((entries.Count, number));
                host.Encoder.Encode(state, key + 1, Encoding.UTF8.GetBytes(number.ToString()), buffer, maxBytes);
                entries.Add((default, buffer.Length));
            }
            else
            {
                StateKey name = Checked(state, key, scope);
                host.Encoder.Encode(state, key + 1, name.Key, buffer, maxBytes);
                entries.Add((name, buffer.Length));
            }

            _ = Checked(buffer.Length, host, "save them in several calls");
            LuaApi.SetTop(state, key);
        }

        foreach ((int entry, LuaNumber number) in numbers)
        {
            number.Push(state);
            entries[entry] = (Checked(state, key, scope), entries[entry].End);
            state.Pop();
        }

        if (numbers.Count > 0)
        {
            RefuseTwice(state, entries);
        }

        return entries;
    }

    private static StateKey Checked(LuaState state, int index, ReadOnlySpan<byte> scope)
    {
        StateKey key = KeyArguments.ElementKey(state, index, scope, out string? problem);
        return problem is null ? key : throw new LuaArguments(state, "save_many").Wrong(2, "a key of the table: " + problem);
    }

    /// <summary>5 and "5" are two keys of a table and one of a scope.</summary>
    private static void RefuseTwice(LuaState state, List<(StateKey Key, int End)> entries)
    {
        HashSet<StateKey> seen = [];
        foreach ((StateKey key, _) in entries)
        {
            if (!seen.Add(key))
            {
                throw new LuaArguments(state, "save_many").Wrong(2, $"two keys of the table have the same text, '{key.KeyText}'");
            }
        }
    }

    /// <summary>load_many(scope, keys): nil, then a table of the values by the keys as they stand in the array.</summary>
    private static int LoadMany(LuaState state, LuaHost host)
    {
        ReadOnlySpan<byte> scope = KeyArguments.ScopeBytes(state, "load_many");
        if (LuaApi.TypeOf(state, 2) != LuaType.Table)
        {
            throw new LuaArguments(state, "load_many").WrongType(2, "table");
        }

        List<long> places = [];
        List<StateKey> keys = ReadKeys(state, scope, places);
        PooledBuffer buffer = host.Buffers.Take();
        try
        {
            int[] ends = host.Store.LoadMany(keys, buffer, host);
            state.PushNil();
            LuaApi.CreateTable(state, 0, keys.Count);
            int start = 0;
            for (int i = 0; i < ends.Length; i++)
            {
                if (ends[i] > start)
                {
                    PushKey(state, places[i], keys[i]);
                    StateFunctions.PushStored(state, keys[i], buffer.Written[start..ends[i]]);
                    LuaApi.RawSet(state, -3);
                }

                start = ends[i];
            }

            return 2;
        }
        finally
        {
            host.Buffers.Return(buffer);
        }
    }

    /// <summary>Pushes a key as it stands in the array; as text if a finalizer has put something else there meanwhile.</summary>
    private static void PushKey(LuaState state, long place, StateKey key)
    {
        LuaType type = LuaApi.RawGetInteger(state, 2, place);
        if (type != LuaType.String && (type != LuaType.Number || double.IsNaN(LuaApi.ToNumber(state, -1, null))))
        {
            state.Pop();
            state.Push(key.Key);
        }
    }

    /// <summary>Each key once, however often the array has it; the number 5 and the text "5" are two keys of the result.</summary>
    /// <param name="state">The coroutine, with the array as its second argument.</param>
    /// <param name="scope">The scope of all of them.</param>
    /// <param name="places">Gets where in the array each stands.</param>
    private static List<StateKey> ReadKeys(LuaState state, ReadOnlySpan<byte> scope, List<long> places)
    {
        List<StateKey> keys = [];
        HashSet<(StateKey, LuaType, bool)> seen = [];
        long count = (long)LuaApi.RawLength(state, 2);
        for (long i = 1; i <= count; i++)
        {
            LuaType type = LuaApi.RawGetInteger(state, 2, i);
            bool isInteger = LuaApi.IsInteger(state, -1) != 0;
            StateKey key = KeyArguments.ElementKey(state, LuaApi.GetTop(state), scope, out string? problem);
            if (problem is null && seen.Add((key, type, isInteger)))
            {
                keys.Add(key);
                places.Add(i);
            }
            else if (problem is not null)
            {
                throw new LuaArguments(state, "load_many").Wrong(2, $"element {i}: {problem}");
            }

            state.Pop();
        }

        return keys;
    }
}
